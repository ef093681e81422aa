// A request to a hook, free of the web framework.

export interface SignalRequest {
  readonly hookId: string;
  /** Token from the address: second path segment or `token` in the query; null when there is none. */
  readonly addressToken: string | null;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes that were signed, as they came. */
  readonly rawBody: Uint8Array;
  /** See `clientAddress`. */
  readonly sourceAddress: string;
}
