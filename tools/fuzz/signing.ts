// Standard Webhooks headers for fuzzed requests: right ones, and every way to get them wrong that keeps them looking
// right. The signature is made here and not by the code under test.
import { hash } from "node:crypto";
import { HOOKS, type KnownHook } from "./hooks.ts";
import { mutateText } from "./mutate.ts";
import type { Random } from "./random.ts";

export type SignatureHeaders = Readonly<Record<string, string | readonly string[]>>;

/** The specification's five minutes. */
export const WINDOW_MS = 300_000;
const A_SECOND_MS = 1_000;
/** More than a receiver has to look at. */
const MANY_SIGNATURES = 40;
const STRANGE_TIMES = ["", "0", "-1", "1e10", "0x6957a5b5", " 1767323045", "NaN", "99999999999999"] as const;

/** HMAC-SHA256 in base64, as RFC 2104 defines it: a second implementation, and much faster than a new key each time. */
export function hmac(secret: string, id: string, timestamp: string, body: Uint8Array): string {
  const { inner, outer } = padsOf(secret);
  const message = hash("sha256", Buffer.concat([inner, Buffer.from(`${id}.${timestamp}.`), body]), "buffer");
  return hash("sha256", Buffer.concat([outer, message]), "base64");
}

interface Pads {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const SHA256_BLOCK_BYTES = 64;
const knownPads = new Map<string, Pads>();

function padsOf(secret: string): Pads {
  const known = knownPads.get(secret);
  if (known !== undefined) return known;
  const key = Buffer.alloc(SHA256_BLOCK_BYTES);
  Buffer.from(secret, "base64").copy(key);
  const pads = {
    inner: Buffer.from(key.map((byte) => byte ^ 0x36)),
    outer: Buffer.from(key.map((byte) => byte ^ 0x5c)),
  };
  // Made-up keys come once and are not worth remembering.
  if (HOOKS.some(({ signingSecrets }) => signingSecrets.includes(secret))) knownPads.set(secret, pads);
  return pads;
}

/** `right`: signed as the specification has it, with one of the hook's secrets, inside the window. */
export function signedHeaders(
  random: Random,
  hook: KnownHook,
  body: Uint8Array,
  { nowMs, right }: { readonly nowMs: number; readonly right: boolean },
): SignatureHeaders {
  const id = `msg_${random.hex(10)}`;
  const skewMs = right
    ? random.int(20) * A_SECOND_MS
    : random.pick([-600, -301, 0, 0, 301, 600]) * A_SECOND_MS;
  const timestamp = String(Math.floor((nowMs - skewMs) / A_SECOND_MS));
  const [first = "", ...others] = hook.signingSecrets;
  const secret = others[0] !== undefined && random.chance(0.5) ? others[0] : first;
  const signature = `v1,${hmac(secret, id, timestamp, body)}`;
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
  if (!right) return spoiled(random, headers, body, secret);
  const also = `v1,${Buffer.alloc(32, random.int(256)).toString("base64")}`;
  return random.chance(0.8) ? headers : { ...headers, "webhook-signature": `${also} ${signature}` };
}

type Complete = Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>>;

function spoiled(random: Random, headers: Complete, body: Uint8Array, secret: string): SignatureHeaders {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = headers;
  const resigned = (newId: string, newTimestamp: string): SignatureHeaders => ({
    "webhook-id": newId,
    "webhook-timestamp": newTimestamp,
    "webhook-signature": `v1,${hmac(secret, newId, newTimestamp, body)}`,
  });
  switch (random.int(12)) {
    case 0:
      return { ...headers, "webhook-id": mutateText(random, id) };
    case 1:
      return { ...headers, "webhook-timestamp": String(Number(timestamp) + 1) };
    case 2:
      return { ...headers, "webhook-signature": mutateText(random, signature) };
    case 3:
      return {
        ...headers,
        "webhook-signature": signature.replace("v1,", random.pick(["v2,", "v1a,", "v1", ""])),
      };
    case 4:
      return { ...headers, "webhook-signature": `v1,${hmac(random.hex(44), id, timestamp, body)}` };
    case 5:
      // The boundary between id and timestamp moved: the same bytes are signed.
      return { ...headers, "webhook-id": `${id}.${timestamp}`, "webhook-timestamp": timestamp };
    case 6:
      return resigned(id, random.pick(STRANGE_TIMES));
    case 7:
      return resigned(mutateText(random, id), timestamp);
    case 8:
      return { ...headers, "webhook-signature": `${"v1,AAAA ".repeat(MANY_SIGNATURES)}${signature}` };
    case 9:
      return { ...headers, "webhook-signature": [signature, `v1,${random.hex(43)}=`] };
    case 10:
      return Object.fromEntries(Object.entries(headers).filter(() => random.chance(0.6)));
    default:
      return headers;
  }
}
