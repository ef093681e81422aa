// The seam below ccxt and Google's APIs: one HTTP request and its answer. Production uses Node's sockets; the simulation
// hands a venue's requests to a matching engine in the same process. A transport must never retry or follow redirects.

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Resolves with any answer, whatever its status. Rejects with TransportError when there is none. */
export type HttpTransport = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * No answer. `sent` is false only when it is certain that no byte of the request left: then nothing can have
 * happened at the other end. `code` is what the socket said (`ECONNREFUSED`, `TIMEOUT` …).
 */
export class TransportError extends Error {
  readonly code: string;
  readonly sent: boolean;
  constructor(code: string, sent: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TransportError";
    this.code = code;
    this.sent = sent;
  }
}
