// A sealed envelope: a text under a data key of its own (AES-256-GCM), and that key wrapped by a key which never leaves its
// keeper. What is sealed for one account and environment opens for no other. Errors say nothing of the content.
import { randomBytes } from "node:crypto";
import type { SealedKeys } from "#domain/documents/sealed-keys.ts";
import type { KeyWrapping, SealedFor } from "#ports/key-wrapping.ts";
import { MissingSecretError } from "#ports/secrets.ts";
import { CIPHER, KEY_BYTES, openBytes, sealBytes } from "./sealed-bytes.ts";

/** Binds an envelope to its place. */
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
  const { nonce, ciphertext } = sealBytes(dataKey, boundTo(place), Buffer.from(text, "utf8"));
  const wrappedKey = await wrapping.wrap(dataKey, boundTo(place));
  dataKey.fill(0);
  return {
    accountId: place.accountId,
    cipher: CIPHER,
    nonce: base64(nonce),
    ciphertext: base64(ciphertext),
    wrappedKey: base64(wrappedKey),
    wrappedBy: wrapping.name,
    sealedAtMs: nowMs,
  };
}

/** Throws MissingSecretError for an envelope that does not open here, and what the wrapping throws. */
export async function open(wrapping: KeyWrapping, place: SealedFor, sealed: SealedKeys): Promise<string> {
  const dataKey = await wrapping.unwrap(bytesOf(sealed.wrappedKey), boundTo(place));
  const content = { nonce: bytesOf(sealed.nonce), ciphertext: bytesOf(sealed.ciphertext) };
  try {
    return Buffer.from(openBytes(dataKey, boundTo(place), content)).toString("utf8");
  } catch (error) {
    throw new MissingSecretError(
      `The sealed keys of ${place.accountId} do not open in ${place.environment}: seal the account's keys anew`,
      { cause: error },
    );
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}
