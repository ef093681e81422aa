// A sealed envelope: a text under a data key of its own (AES-256-GCM), and that key wrapped by a key which never leaves its
// keeper. What is sealed for one account and environment opens for no other. Errors say nothing of the content.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { SealedKeys } from "#domain/documents/sealed-keys.ts";
import type { KeyWrapping, SealedFor } from "#ports/key-wrapping.ts";
import { MissingSecretError } from "#ports/secrets.ts";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
/** The length that the mode was made for; random ones are safe here, where a key seals a single text. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Binds an envelope to its place: authenticated, not secret. */
function boundTo({ environment, accountId }: SealedFor): Uint8Array {
  return Buffer.from(JSON.stringify(["ballast venue keys", environment, accountId]), "utf8");
}

/** Throws what the wrapping throws. */
export async function seal(
  wrapping: KeyWrapping,
  place: SealedFor,
  text: string,
  nowMs: number,
): Promise<SealedKeys> {
  const dataKey = randomBytes(KEY_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, dataKey, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(place));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  const wrappedKey = await wrapping.wrap(dataKey, boundTo(place));
  dataKey.fill(0);
  return {
    accountId: place.accountId,
    cipher: CIPHER,
    nonce: nonce.toString("base64"),
    ciphertext: ciphertext.toString("base64"),
    wrappedKey: Buffer.from(wrappedKey).toString("base64"),
    wrappedBy: wrapping.name,
    sealedAtMs: nowMs,
  };
}

/** Throws MissingSecretError for an envelope that does not open here, and what the wrapping throws. */
export async function open(wrapping: KeyWrapping, place: SealedFor, sealed: SealedKeys): Promise<string> {
  const wrapped = Buffer.from(sealed.wrappedKey, "base64");
  const dataKey = await wrapping.unwrap(wrapped, boundTo(place));
  try {
    const bytes = Buffer.from(sealed.ciphertext, "base64");
    const nonce = Buffer.from(sealed.nonce, "base64");
    const cipher = createDecipheriv(CIPHER, dataKey, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(place));
    cipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([cipher.update(bytes.subarray(0, -TAG_BYTES)), cipher.final()]).toString("utf8");
  } catch (error) {
    throw new MissingSecretError(
      `The sealed keys of ${place.accountId} do not open in ${place.environment}: seal the account's keys anew`,
      { cause: error },
    );
  }
}
