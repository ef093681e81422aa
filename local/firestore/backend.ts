// The seam between Firestore's engine and its three transports (gRPC, REST, WebChannel). Messages have the shape
// that @grpc/proto-loader decodes google.firestore.v1 into; a transport only converts, the engine only decides.

/** Who calls. `owner` bypasses the rules: the caller whose credential is `Bearer owner`, as in Google's emulator. */
export type Caller =
  | { readonly kind: "owner" }
  | { readonly kind: "client"; readonly auth: ClientAuth | null };

/** A signed-in browser user: `token` is the decoded ID token's claims, as rules see them at `request.auth.token`. */
interface ClientAuth {
  readonly uid: string;
  readonly token: Readonly<Record<string, unknown>>;
}

/** A google.firestore.v1 message as decoded by proto-loader (keepCase false, longs String, enums String, oneofs, no defaults). */
export type ProtoMessage = Record<string, unknown>;

/** One open bidirectional stream (Listen or Write). */
export interface EngineStream {
  receive(message: ProtoMessage): void;
  close(): void;
}

export interface StreamSink {
  send(message: ProtoMessage): void;
  /** Ends the stream with a status; `error` undefined is a clean end. */
  end(error?: RpcError): void;
  /** False while the consumer is slow: Listen then holds back and coalesces to the last state. Absent: always ready. */
  ready?(): boolean;
  /** Calls `resume` once, as soon as the sink is ready again. */
  onReady?(resume: () => void): void;
}

/** gRPC status of a failed call. `code` is the numeric gRPC code (google.rpc.Code). */
export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RpcError";
    this.code = code;
  }
}

/** The engine as transports see it. A method it does not know rejects with UNIMPLEMENTED. */
export interface Backend {
  /** One unary RPC (GetDocument, CreateDocument, Commit, BeginTransaction, Rollback, BatchWrite, …). Rejects with RpcError. */
  unary(method: string, request: ProtoMessage, caller: Caller): Promise<ProtoMessage>;
  /** One server-streaming RPC (RunQuery, BatchGetDocuments, RunAggregationQuery). Rejects with RpcError. */
  serverStream(
    method: string,
    request: ProtoMessage,
    caller: Caller,
    send: (message: ProtoMessage) => void,
  ): Promise<void>;
  listen(caller: Caller, sink: StreamSink): EngineStream;
  write(caller: Caller, sink: StreamSink): EngineStream;
}

/**
 * One question to the rules. `list` covers queries and listens on queries; a query must be allowed as a
 * whole.
 */
export interface AccessRequest {
  readonly operation: "get" | "list" | "create" | "update" | "delete";
  /** Path below `/documents`, segments unescaped: `accounts/a/orders/o`. For `list` it is the collection path (`accounts/a/orders`), and the rule for its documents must hold for any id. */
  readonly path: string;
  readonly collectionGroup?: boolean;
  /** Of a list: the query. Absent: nothing is known of the documents. */
  readonly query?: ListedQuery;
  /** Stored document before the operation (plain JS values as rules see them), or null when it does not exist. */
  readonly before: Readonly<Record<string, unknown>> | null;
  /** Document as it would be after a create or update. */
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly caller: Extract<Caller, { kind: "client" }>;
  readonly timeMs: number;
  /** The documents that `get()`, `exists()` and their kin read. Absent: reading is an evaluation error. */
  readonly documents?: DocumentLookup;
  /** Hears what a condition asks of a list that its query does not settle; the request is denied for it. */
  readonly onUndecided?: (reason: string) => void;
}

/** Documents by their path below `/documents`, as rules see them; null where there is none, undefined past a limit. */
export interface DocumentLookup {
  before(path: string): Readonly<Record<string, unknown>> | null | undefined;
  /** As the request would leave it. */
  after(path: string): Readonly<Record<string, unknown>> | null | undefined;
}

export interface ListedQuery {
  readonly limit: number | null;
  readonly offset: number | null;
  /** Constraints on each document that the query can return: all constraints of one list, for one of the lists. */
  readonly disjunctions: readonly (readonly QueryConstraint[])[];
}

export interface QueryConstraint {
  readonly fieldPath: readonly string[];
  readonly op: "==" | "!=" | "<" | "<=" | ">" | ">=" | "array-contains" | "exists";
  /** A rule value; of `exists` none. */
  readonly value?: unknown;
}

/** The compiled firestore.rules. Must answer false on any evaluation error. */
export interface Authorizer {
  allows(request: AccessRequest): boolean;
}
