// Venue keys of an account in an envelope, as they are stored.

/** `accounts/{a}/secrets/venue`: read by functions that trade, and by no client. Binary fields in base64. */
export interface SealedKeys {
  readonly accountId: string;
  readonly cipher: "aes-256-gcm";
  readonly nonce: string;
  /** With the tag at its end. */
  readonly ciphertext: string;
  readonly wrappedKey: string;
  readonly wrappedBy: string;
  readonly sealedAtMs: number;
}
