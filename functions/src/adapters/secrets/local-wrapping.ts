// Wraps data keys with a key of this machine: the envelope can be tried out where there is no Cloud KMS. For the local
// stack and tests; config refuses it anywhere else.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import { MissingSecretError } from "#ports/secrets.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `key` is 32 bytes of base64. */
export function createLocalWrapping(key: string): KeyWrapping {
  const bytes = Buffer.from(key, "base64");
  return {
    name: "local",
    async wrap(dataKey, boundTo) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo);
      return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
    },
    async unwrap(wrapped, boundTo) {
      try {
        const nonce = wrapped.subarray(0, NONCE_BYTES);
        const cipher = createDecipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES });
        cipher.setAAD(boundTo);
        cipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
        return Buffer.concat([cipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), cipher.final()]);
      } catch (error) {
        throw new MissingSecretError(
          "A data key was not wrapped by this machine's key, or for another account",
          {
            cause: error,
          },
        );
      }
    },
  };
}
