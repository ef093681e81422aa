// grpc-js handlers over a Backend: who calls, conversion and flow control. They decide nothing about data.
import type { Clock, Timer } from "@ballast/local-serving/clock.ts";
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
import { callerOf } from "./caller.ts";

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

export function unaryHandler(backend: Backend, method: string, clock: Clock): UntypedHandleCall {
  const handler: handleUnaryCall<ProtoMessage, ProtoMessage> = (call, callback) => {
    const fail = (error: unknown): void => callback(statusOf(error), null);
    try {
      const { caller } = callerOf(call.metadata, clock.nowMs());
      backend.unary(method, call.request, caller).then((response) => callback(null, response), fail);
    } catch (error) {
      fail(error);
    }
  };
  return handler;
}

export function serverStreamHandler(backend: Backend, method: string, clock: Clock): UntypedHandleCall {
  const handler: handleServerStreamingCall<ProtoMessage, ProtoMessage> = (call) => {
    const send = (message: ProtoMessage): void => {
      call.write(message);
    };
    try {
      const { caller } = callerOf(call.metadata, clock.nowMs());
      backend.serverStream(method, call.request, caller, send).then(
        () => call.end(),
        (error: unknown) => failStream(call, error),
      );
    } catch (error) {
      failStream(call, error);
    }
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

/** A stream ends with UNAUTHENTICATED when its caller's token expires, so that the client comes back with a new one. */
export function bidiHandler(
  clock: Clock,
  open: (caller: Caller, sink: StreamSink) => EngineStream,
): UntypedHandleCall {
  const handler: handleBidiStreamingCall<ProtoMessage, ProtoMessage> = (call) => {
    let stream: EngineStream;
    let expiry: Timer | undefined;
    const close = (): void => {
      expiry?.cancel();
      stream.close();
    };
    try {
      const { caller, expiresAtMs } = callerOf(call.metadata, clock.nowMs());
      stream = open(caller, sinkOf(call));
      const expire = (): void => {
        if (expiresAtMs === undefined) return;
        const leftMs = expiresAtMs - clock.nowMs();
        // A timer reaches less far than a token may.
        if (leftMs > 0) {
          expiry = clock.after(leftMs, expire);
          return;
        }
        stream.close();
        failStream(call, new RpcError(Code.UNAUTHENTICATED, "The ID token has expired"));
      };
      expire();
    } catch (error) {
      failStream(call, error);
      return;
    }
    call.on("data", (message: ProtoMessage) => stream.receive(message));
    call.on("end", () => {
      close();
      call.end();
    });
    call.on("cancelled", close);
    call.on("error", close);
  };
  return handler;
}
