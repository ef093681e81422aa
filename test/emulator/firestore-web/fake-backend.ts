// A backend for the transports' own tests: records what reached it, and lets the test speak for the engine. It
// implements no Firestore behaviour.
import type { Backend, Caller, EngineStream, ProtoMessage, StreamSink } from "#local/firestore/backend.ts";

export interface FakeStream {
  readonly caller: Caller;
  readonly sink: StreamSink;
  readonly received: ProtoMessage[];
  closed: boolean;
}

export interface FakeCall {
  readonly method: string;
  readonly request: ProtoMessage;
  readonly caller: Caller;
}

export class FakeBackend implements Backend {
  readonly streams: FakeStream[] = [];
  readonly calls: FakeCall[] = [];
  /** The answer to the next calls. */
  answer: (call: FakeCall) => ProtoMessage | readonly ProtoMessage[] = () => ({});

  async unary(method: string, request: ProtoMessage, caller: Caller): Promise<ProtoMessage> {
    return this.#call(method, request, caller) as ProtoMessage;
  }

  async serverStream(
    method: string,
    request: ProtoMessage,
    caller: Caller,
    send: (message: ProtoMessage) => void,
  ): Promise<void> {
    for (const message of this.#call(method, request, caller) as readonly ProtoMessage[]) send(message);
  }

  listen(caller: Caller, sink: StreamSink): EngineStream {
    const stream: FakeStream = { caller, sink, received: [], closed: false };
    this.streams.push(stream);
    return {
      receive: (message) => stream.received.push(message),
      close: () => {
        stream.closed = true;
      },
    };
  }

  write(caller: Caller, sink: StreamSink): EngineStream {
    return this.listen(caller, sink);
  }

  /** The newest stream. */
  get stream(): FakeStream {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error("No stream was opened");
    return stream;
  }

  #call(method: string, request: ProtoMessage, caller: Caller): unknown {
    const call = { method, request, caller };
    this.calls.push(call);
    return this.answer(call);
  }
}
