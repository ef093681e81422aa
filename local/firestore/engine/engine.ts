// The Backend: which RPC is answered by what. A method that is not listed is UNIMPLEMENTED.
import { randomUUID } from "node:crypto";
import type { Clock } from "@ballast/local-serving/clock.ts";
import type { Authorizer, Backend, Caller, EngineStream, ProtoMessage, StreamSink } from "../backend.ts";
import { Access } from "./access.ts";
import { Database } from "./database.ts";
import { exportDocuments, importDocuments } from "./export.ts";
import { ListenStream } from "./listen/listen-stream.ts";
import { ListenerRegistry } from "./listen/registry.ts";
import { rootOfDatabase } from "./name.ts";
import type { IndexFile } from "./query/indexes.ts";
import type { StreamHandler, UnaryHandler } from "./rpc/call.ts";
import { batchGetDocuments, getDocument } from "./rpc/documents.ts";
import { listCollectionIds, listDocuments } from "./rpc/listing.ts";
import { runAggregationQuery, runQuery } from "./rpc/queries.ts";
import { beginTransaction, rollback } from "./rpc/transactions.ts";
import { batchWrite, commit, createDocument, deleteDocument, updateDocument } from "./rpc/writes.ts";
import { toRpcError, unimplemented } from "./status.ts";
import type { WriteRateLimits } from "./write-rate.ts";
import { WriteStream } from "./write-stream.ts";

const UNARY: ReadonlyMap<string, UnaryHandler> = new Map([
  ["GetDocument", getDocument],
  ["ListDocuments", listDocuments],
  ["CreateDocument", createDocument],
  ["UpdateDocument", updateDocument],
  ["DeleteDocument", deleteDocument],
  ["BeginTransaction", beginTransaction],
  ["Commit", commit],
  ["Rollback", rollback],
  ["BatchWrite", batchWrite],
  ["ListCollectionIds", listCollectionIds],
]);

const SERVER_STREAM: ReadonlyMap<string, StreamHandler> = new Map([
  ["BatchGetDocuments", batchGetDocuments],
  ["RunQuery", runQuery],
  ["RunAggregationQuery", runAggregationQuery],
]);

export interface EngineOptions {
  readonly clock: Clock;
  /** Where commits are stored; absent keeps them in memory only. */
  readonly dataDir?: string | undefined;
  /** The compiled rules; absent denies clients everything. */
  readonly authorizer?: Authorizer | undefined;
  /** The project's firestore.indexes.json; absent: every query has its index. */
  readonly indexes?: IndexFile | undefined;
  /** Contention of a document that is written too often; absent: none. */
  readonly writeRate?: WriteRateLimits | undefined;
  readonly log: (message: string) => void;
}

export class Engine implements Backend {
  readonly #database: Database;
  readonly #access: Access;
  readonly #registry = new ListenerRegistry();
  readonly #clock: Clock;

  /** Opens the data directory and replays it. Throws when its log is damaged. */
  constructor(options: EngineOptions) {
    this.#clock = options.clock;
    this.#database = new Database(options);
    this.#access = new Access(
      options.clock,
      (name) => this.#database.store.get(name),
      options.authorizer,
      options.indexes,
    );
    this.#database.subscribe((changes) => this.#registry.notify(changes));
  }

  async unary(method: string, request: ProtoMessage, caller: Caller): Promise<ProtoMessage> {
    const handler = UNARY.get(method);
    if (handler === undefined)
      throw unimplemented(`${method} is not supported by the local Firestore server`);
    try {
      return await handler({ database: this.#database, access: this.#access, caller }, request);
    } catch (error) {
      throw toRpcError(error);
    }
  }

  async serverStream(
    method: string,
    request: ProtoMessage,
    caller: Caller,
    send: (message: ProtoMessage) => void,
  ): Promise<void> {
    const handler = SERVER_STREAM.get(method);
    if (handler === undefined)
      throw unimplemented(`${method} is not supported by the local Firestore server`);
    try {
      await handler({ database: this.#database, access: this.#access, caller }, request, send);
    } catch (error) {
      throw toRpcError(error);
    }
  }

  listen(caller: Caller, sink: StreamSink): EngineStream {
    const context = {
      database: this.#database,
      registry: this.#registry,
      access: this.#access,
      clock: this.#clock,
    };
    return new ListenStream(context, caller, sink);
  }

  write(caller: Caller, sink: StreamSink): EngineStream {
    return new WriteStream({ database: this.#database, access: this.#access, caller }, sink, randomUUID());
  }

  /** Deletes every document of `projects/p/databases/d`. Listeners see the deletes; open transactions end. */
  clear(database: string): void {
    this.#database.clear(rootOfDatabase(database));
  }

  /** Rules for one project, in place of those that the engine was started with. */
  setRules(projectId: string, authorizer: Authorizer): void {
    this.#access.setRules(projectId, authorizer);
  }

  /** All documents of `projects/p/databases/d` as files in a folder, of one moment. Returns how many. */
  exportTo(database: string, directory: string): number {
    return exportDocuments(this.#database, rootOfDatabase(database), directory);
  }

  /** The documents of an export, below this database. Rejects, with nothing written, unless the export is whole. */
  async importFrom(database: string, directory: string): Promise<number> {
    return await importDocuments(this.#database, rootOfDatabase(database), directory);
  }

  /** Requests that wait for a lock now: tests await contention with it. */
  get waitingForLocks(): number {
    return this.#database.locks.waiting;
  }

  /** Closes the log. No call may follow. */
  close(): void {
    this.#database.close();
  }
}
