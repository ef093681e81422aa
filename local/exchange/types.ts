// Shapes at the exchange's border: what a request is, what an answer is, independent of sockets.

/** Header names in lower case. */
type Headers = Readonly<Record<string, string | undefined>>;

/** A request as it came in. `query` is without "?", both texts still percent-encoded, as they were signed. */
export interface ExchangeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly headers: Headers;
}

/** What the connection does to an answer. A reset closes it without a byte of answer. */
interface TransportEffect {
  readonly latencyMs: number;
  readonly reset: boolean;
}

export interface ExchangeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly transport: TransportEffect;
}

export const NO_EFFECT: TransportEffect = { latencyMs: 0, reset: false };

/** A change that was made, in the form that repeats it: replaying records in order rebuilds the state. */
export type CommitRecord =
  | {
      readonly kind: "request";
      readonly atMs: number;
      readonly accountId: string;
      readonly route: string;
      readonly payload: string;
    }
  | { readonly kind: "admin"; readonly atMs: number; readonly action: string; readonly input: unknown }
  | { readonly kind: "advance"; readonly atMs: number };
