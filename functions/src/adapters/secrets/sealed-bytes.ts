// Bytes under a key, AES-256-GCM with a nonce of its own each time. They open for the place that they were sealed for,
// which is authenticated and not secret.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

export const CIPHER = "aes-256-gcm";
export const KEY_BYTES = 32;
/** The length that the mode was made for. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SealedBytes {
  readonly nonce: Uint8Array;
  /** With the tag at its end. */
  readonly ciphertext: Uint8Array;
}

export function sealBytes(key: Uint8Array, boundTo: Uint8Array, bytes: Uint8Array): SealedBytes {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo);
  return { nonce, ciphertext: Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]) };
}

/** Throws for another key or place, and for a changed byte. */
export function openBytes(
  key: Uint8Array,
  boundTo: Uint8Array,
  { nonce, ciphertext }: SealedBytes,
): Uint8Array {
  const cipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo);
  cipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
  return Buffer.concat([cipher.update(ciphertext.subarray(0, -TAG_BYTES)), cipher.final()]);
}

/** One after the other, as they are kept where there is a single field. */
export function joined({ nonce, ciphertext }: SealedBytes): Uint8Array {
  return Buffer.concat([nonce, ciphertext]);
}

export function parted(bytes: Uint8Array): SealedBytes {
  return { nonce: bytes.subarray(0, NONCE_BYTES), ciphertext: bytes.subarray(NONCE_BYTES) };
}
