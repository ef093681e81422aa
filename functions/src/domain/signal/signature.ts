// Standard Webhooks signatures (github.com/standard-webhooks/standard-webhooks, spec): HMAC-SHA256 over
// `id.timestamp.body`, five minutes both ways. Only a signed request passes, and the comparison takes
// constant time. Remembering ids is the receipt's work.
import { createHmac, timingSafeEqual } from "node:crypto";

/** The specification's window, for clocks that differ and deliveries that wait. */
export const SIGNATURE_WINDOW_MS = 5 * 60_000;
/** More signatures than any rotation needs; each costs a comparison only. */
const MAX_SIGNATURES = 16;
/** No dot: it parts id, timestamp and body in what is signed, and could move the boundary between them. */
const WEBHOOK_ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;
const TIMESTAMP_S = /^[1-9]\d{9}$/;
const HMAC_BYTES = 32;

export interface SignatureHeaders {
  readonly id: string | undefined;
  /** Seconds since the Unix epoch. */
  readonly timestamp: string | undefined;
  /** Space-separated `v1,<base64>` entries. */
  readonly signature: string | undefined;
}

export type SignatureResult =
  | { readonly kind: "valid"; readonly webhookId: string; readonly sentAtMs: number }
  | { readonly kind: "missing" | "invalid" | "outsideWindow" };

/**
 * Verifies a request. `secrets` are base64, with or without `whsec_`; several are valid while one is being rotated.
 * The window is looked at only after the signature, so that its answer tells nothing to strangers.
 */
export function verifySignature(
  headers: SignatureHeaders,
  body: Uint8Array,
  secrets: readonly string[],
  nowMs: number,
): SignatureResult {
  const { id, timestamp, signature } = headers;
  if (id === undefined || timestamp === undefined || signature === undefined) return { kind: "missing" };
  if (!WEBHOOK_ID.test(id) || !TIMESTAMP_S.test(timestamp)) return { kind: "invalid" };
  const given = signature
    .split(" ", MAX_SIGNATURES)
    .filter((entry) => entry.startsWith("v1,"))
    .map((entry) => Buffer.from(entry.slice("v1,".length), "base64"))
    .filter((bytes) => bytes.length === HMAC_BYTES);
  let valid = false;
  for (const secret of secrets) {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    if (key.length === 0) continue;
    const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`, "utf8").update(body).digest();
    for (const bytes of given) valid = timingSafeEqual(bytes, expected) || valid;
  }
  if (!valid) return { kind: "invalid" };
  const sentAtMs = Number(timestamp) * 1_000;
  if (Math.abs(nowMs - sentAtMs) > SIGNATURE_WINDOW_MS) return { kind: "outsideWindow" };
  return { kind: "valid", webhookId: id, sentAtMs };
}

/** Headers that sign a body we send, by each of the secrets. */
export function standardWebhookHeaders(
  id: string,
  timestampS: number,
  body: string,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestampS}.${body}`, "utf8").digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampS),
    "webhook-signature": signatures.join(" "),
  };
}
