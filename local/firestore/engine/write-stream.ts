// One Write stream: a handshake, then commits in the order they arrive, each answered with a new stream token. A
// failed commit ends the stream with its status, as in Google's.
import type { EngineStream, ProtoMessage, StreamSink } from "../backend.ts";
import { rootOfDatabase } from "./name.ts";
import type { Write } from "./proto.ts";
import type { Call } from "./rpc/call.ts";
import { checkDatabase, commitAs, commitResponse } from "./rpc/writes.ts";
import { invalidArgument, toRpcError } from "./status.ts";

interface WriteRequest {
  readonly database?: string;
  readonly streamId?: string;
  readonly writes?: readonly Write[];
}

const TOKEN_BYTES = 8;

export class WriteStream implements EngineStream {
  readonly #call: Call;
  readonly #sink: StreamSink;
  readonly #streamId: string;
  #database: string | undefined;
  #tokens = 0n;
  /** Commits run one after the other: the protocol promises their order. */
  #tail: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(call: Call, sink: StreamSink, streamId: string) {
    this.#call = call;
    this.#sink = sink;
    this.#streamId = streamId;
  }

  receive(message: ProtoMessage): void {
    this.#tail = this.#tail
      .then(() => this.#handle(message as WriteRequest))
      .catch((error: unknown) => {
        if (this.#closed) return;
        this.#closed = true;
        this.#sink.end(toRpcError(error));
      });
  }

  close(): void {
    this.#closed = true;
  }

  async #handle(request: WriteRequest): Promise<void> {
    if (this.#closed) return;
    const writes = request.writes ?? [];
    if (this.#database === undefined) {
      if (writes.length > 0) throw invalidArgument("The first WriteRequest of a stream must not hold writes");
      rootOfDatabase(request.database);
      this.#database = request.database;
      this.#sink.send({ streamId: this.#streamId, streamToken: this.#nextToken() });
      return;
    }
    checkDatabase(this.#database, writes);
    const outcome = await commitAs(this.#call, writes, null);
    if (!this.#closed) this.#sink.send({ streamToken: this.#nextToken(), ...commitResponse(outcome) });
  }

  #nextToken(): Buffer {
    this.#tokens += 1n;
    const token = Buffer.alloc(TOKEN_BYTES);
    token.writeBigUInt64BE(this.#tokens);
    return token;
  }
}
