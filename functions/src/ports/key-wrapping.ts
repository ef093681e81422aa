// A key that wraps other keys and stays where it is.

export interface KeyWrapping {
  /** Which key it is; no secret. */
  readonly name: string;
  /** `boundTo` has to be the same at both ends. Throws SecretsUnavailableError, MissingSecretError. */
  wrap(dataKey: Uint8Array, boundTo: Uint8Array): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array, boundTo: Uint8Array): Promise<Uint8Array>;
}

/** Whose envelope it is: it opens nowhere else. */
export interface SealedFor {
  readonly environment: string;
  readonly accountId: string;
}
