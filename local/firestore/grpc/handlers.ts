// grpc-js handlers over a Backend. Only conversion and flow control: who calls by gRPC is an owner, as in Google's
// emulator, because server SDKs are not subject to rules.
import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  type ServerDuplexStream,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import {
  type Backend,
  type Caller,
  type EngineStream,
  type ProtoMessage,
  RpcError,
  type StreamSink,
} from "../backend.ts";
import { Code } from "../engine/status.ts";

const OWNER: Caller = { kind: "owner" };

interface Status {
  readonly code: number;
  readonly details: string;
}

function statusOf(error: unknown): Status {
  if (error instanceof RpcError) return { code: error.code, details: error.message };
  return { code: Code.INTERNAL, details: error instanceof Error ? error.message : String(error) };
}

/**
 * Headers go before the status. Google's client library takes a stream that fails without headers for an
 * unanswered call, and repeats it twice with seconds between, whatever its status.
 */
function failStream(
  call: { sendMetadata(metadata: Metadata): void; emit(event: "error", status: Status): boolean },
  error: unknown,
): void {
  call.sendMetadata(new Metadata());
  call.emit("error", statusOf(error));
}

export function unaryHandler(backend: Backend, method: string): UntypedHandleCall {
  const handler: handleUnaryCall<ProtoMessage, ProtoMessage> = (call, callback) => {
    backend.unary(method, call.request, OWNER).then(
      (response) => callback(null, response),
      (error: unknown) => callback(statusOf(error), null),
    );
  };
  return handler;
}

export function serverStreamHandler(backend: Backend, method: string): UntypedHandleCall {
  const handler: handleServerStreamingCall<ProtoMessage, ProtoMessage> = (call) => {
    const send = (message: ProtoMessage): void => {
      call.write(message);
    };
    backend.serverStream(method, call.request, OWNER, send).then(
      () => call.end(),
      (error: unknown) => failStream(call, error),
    );
  };
  return handler;
}

/** A full stream says so, and says when it has room again: the engine coalesces meanwhile. */
function sinkOf(call: ServerDuplexStream<ProtoMessage, ProtoMessage>): StreamSink {
  let full = false;
  return {
    send: (message) => {
      full = !call.write(message);
    },
    end: (error) => {
      if (error === undefined) call.end();
      else failStream(call, error);
    },
    ready: () => !full,
    onReady: (resume) => {
      call.once("drain", () => {
        full = false;
        resume();
      });
    },
  };
}

export function bidiHandler(open: (caller: Caller, sink: StreamSink) => EngineStream): UntypedHandleCall {
  const handler: handleBidiStreamingCall<ProtoMessage, ProtoMessage> = (call) => {
    const stream = open(OWNER, sinkOf(call));
    call.on("data", (message: ProtoMessage) => stream.receive(message));
    call.on("end", () => {
      stream.close();
      call.end();
    });
    call.on("cancelled", () => stream.close());
    call.on("error", () => stream.close());
  };
  return handler;
}
