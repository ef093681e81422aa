// One outgoing HTTP request of a server (push, task, schedule). It always ends: with a status, or with
// status undefined and the reason, after the timeout at the latest. A connection is never reused, so a
// stale keep-alive socket cannot turn a delivery into a failure.
import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** Enough of an answer to name its cause in a log line. */
const KEPT_BODY_CHARS = 2_000;
const plainAgent = new Agent({ keepAlive: false });

interface HttpCall {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  readonly timeoutMs: number;
}

export interface HttpOutcome {
  /** The answer's status, or undefined when none came. */
  readonly status: number | undefined;
  /** The start of the answer's body, or why none came. */
  readonly detail: string;
  /** Whether the request can have reached a handler; false when no connection came about. */
  readonly isSent: boolean;
}

export function isSuccess(outcome: HttpOutcome): boolean {
  return outcome.status !== undefined && outcome.status >= 200 && outcome.status <= 299;
}

/** Sends the request. Never rejects. */
export function callHttp(call: HttpCall, stopped: AbortSignal): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([AbortSignal.timeout(call.timeoutMs), stopped]);
    let isConnected = false;
    const fail = (cause: Error) => {
      const isTimeout = limit.aborted && !stopped.aborted;
      const detail = isTimeout ? `no answer within ${call.timeoutMs} ms` : cause.message;
      resolve({ status: undefined, detail, isSent: isConnected });
    };
    const send = call.url.startsWith("https:") ? httpsRequest : httpRequest;
    const body = Buffer.from(call.body);
    const headers = { ...call.headers, "content-length": String(body.length) };
    try {
      const sending = send(call.url, {
        method: call.method,
        headers,
        signal: limit,
        ...(send === httpRequest ? { agent: plainAgent } : {}),
      });
      sending.on("socket", (socket) => socket.once("connect", () => (isConnected = true)));
      sending.once("error", fail);
      sending.once("response", (response) => {
        let detail = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          if (detail.length < KEPT_BODY_CHARS) detail += chunk;
        });
        response.once("error", fail);
        response.once("end", () =>
          resolve({ status: response.statusCode, detail: detail.slice(0, KEPT_BODY_CHARS), isSent: true }),
        );
      });
      sending.end(body);
    } catch (cause) {
      fail(cause instanceof Error ? cause : new Error(String(cause)));
    }
  });
}
