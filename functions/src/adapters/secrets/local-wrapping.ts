// Wraps data keys with a key of this machine: the envelope can be tried out where there is no Cloud KMS. For the local
// stack and tests; config refuses it anywhere else.
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import { MissingSecretError } from "#ports/secrets.ts";
import { joined, openBytes, parted, sealBytes } from "./sealed-bytes.ts";

/** `key` is 32 bytes of base64. */
export function createLocalWrapping(key: string): KeyWrapping {
  const bytes = Buffer.from(key, "base64");
  return {
    name: "local",
    wrap: async (dataKey, boundTo) => joined(sealBytes(bytes, boundTo, dataKey)),
    async unwrap(wrapped, boundTo) {
      try {
        return openBytes(bytes, boundTo, parted(wrapped));
      } catch (cause) {
        const message = "A data key was not wrapped by this machine's key, or for another account";
        throw new MissingSecretError(message, { cause });
      }
    },
  };
}
