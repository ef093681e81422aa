// One HTTP request of the fuzzer, from a seed: hook, address, body, proof and what is wrong with each. Must not know
// how the receiver judges; `proof.ts` says, on its own, whether a request proves its sender.
import { type AlertBody, alertBody } from "./alerts.ts";
import { DIRECT, HOOKS, type KnownHook, ROTATING, SIGNED } from "./hooks.ts";
import { mutateBytes, mutateText } from "./mutate.ts";
import type { Random } from "./random.ts";
import { signedHeaders } from "./signing.ts";

/** A request that HTTP can carry. */
export interface FuzzRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  readonly chunkBytes?: number;
}

export interface FuzzInput {
  readonly request: FuzzRequest;
  /** A right proof and a good alert, nothing wrong: the receiver owes it an intent. */
  readonly owed: boolean;
  /** See AlertBody: what the fuzzer made up as secrets may then appear nowhere. */
  readonly secretsNamed: boolean;
}

/** Around the receiver's limit of 64 KiB. */
const BODY_LIMIT_BYTES = 64 * 1_024;
const GARBAGE_BYTES = 200;
const METHODS = ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] as const;
const FOREIGN_ADDRESSES = [
  "203.0.113.9",
  "10.2.0.1",
  "::1",
  "fe80::1%eth0",
  "52.89.214.238.evil.example",
  "052.89.214.238",
  "0x34.0x59.0xd6.0xee",
  "887740142",
  "",
  "unknown",
  "52.89.214.238:443",
] as const;

export function fuzzInput(random: Random, nowMs: number): FuzzInput {
  const hook = random.chance(0.6) ? random.pick([DIRECT, SIGNED, ROTATING]) : random.pick(HOOKS);
  // A proof that is right in all its parts is made often enough for everything behind it to be reached.
  const honest = random.chance(0.5);
  const { body, rawBody, intact } = sentBody(random, nowMs, honest ? hook.token : null);
  const addressed = body.tokenInside
    ? { path: `/hooks/${hook.hookId}`, query: {} }
    : address(random, hook, honest);
  const signing = hook.token === null;
  const headers = {
    ...labels(random),
    ...(signing || random.chance(0.05) ? signedHeaders(random, hook, rawBody, { nowMs, right: honest }) : {}),
  };
  const source = sourceOf(random, hook, honest);
  const method = honest || random.chance(0.97) ? "POST" : random.pick(METHODS);
  const isLeftOut = random.chance(0.005);
  const request: FuzzRequest = {
    method,
    url: urlOf(addressed),
    headers: sendable({ ...headers, ...source }),
    body: isLeftOut ? new Uint8Array() : rawBody,
    ...(random.chance(0.3) ? { chunkBytes: 1 + random.int(200) } : {}),
  };
  const owed = honest && intact && body.good && hook.opens && hook.configured && !isLeftOut;
  return { request, owed, secretsNamed: intact && body.secretsNamed };
}

/** Signs that a request line cannot hold stand escaped; escapes that mean nothing stay. */
function urlOf({ path, query }: Address): string {
  const escaped = path.toWellFormed().replace(/[^\x21-\x7e]/gu, (sign) => encodeURIComponent(sign));
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(
      (each: unknown) => `${name}=${encodeURIComponent(String(each).toWellFormed())}`,
    ),
  );
  const search = pairs.length === 0 ? "" : `${escaped.includes("?") ? "&" : "?"}${pairs.join("&")}`;
  // A fragment never leaves a sender, and what is behind it would not either.
  const [sent = "", ...fragment] = escaped.split("#");
  return `/${sent.replace(/^\/+/, "")}${fragment.length > 0 ? "" : search}`;
}

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** Headers without what HTTP forbids in them. */
function sendable(headers: Headers): Headers {
  const clean = (value: string): string => value.replace(/[^\x20-\x7e\x80-\xff]/g, "?").trim();
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replace(/[^\w-]/g, "x") || "x",
      typeof value === "string" ? clean(value) : value.map(clean),
    ]),
  );
}

interface SentBody {
  readonly body: AlertBody & { readonly tokenInside: boolean };
  readonly rawBody: Uint8Array;
  /** Sent as it was made. */
  readonly intact: boolean;
}

/** `token` goes into some of the bodies: as their proof, and then nowhere else, or besides the address. */
function sentBody(random: Random, nowMs: number, token: string | null): SentBody {
  const kind = random.int(100);
  const nothing = { text: "", good: false, secretsNamed: true, tokenInside: false };
  if (kind < 6) return { body: nothing, rawBody: random.bytes(GARBAGE_BYTES), intact: true };
  if (kind < 7) return { body: nothing, rawBody: oversized(random), intact: true };
  if (kind < 8) return { body: nothing, rawBody: encoder.encode(monstrous(random)), intact: true };
  const place = random.pick(["field", "words", null, null, null, null] as const);
  const use = token === null || place === null ? null : { token, place };
  const made = alertBody(random, nowMs, use);
  const body = { ...made, good: made.good && use?.place !== "words", tokenInside: use?.place === "field" };
  if (kind < 70) return { body, rawBody: encoder.encode(body.text), intact: true };
  if (kind < 90) return { body, rawBody: mutateBytes(random, encoder.encode(body.text)), intact: false };
  return { body, rawBody: reencoded(random, body.text), intact: false };
}

const encoder = new TextEncoder();

function reencoded(random: Random, text: string): Uint8Array {
  const encoding = random.pick(["utf16le", "latin1", "base64", "hex"] as const);
  switch (random.int(4)) {
    case 0:
      return new Uint8Array(
        Buffer.from(text, encoding === "hex" || encoding === "base64" ? "utf8" : encoding),
      );
    case 1:
      return encoder.encode(Buffer.from(text, "utf8").toString(encoding));
    case 2:
      return encoder.encode(`\ufeff${text}`);
    default:
      return encoder.encode(encodeURIComponent(text.toWellFormed()));
  }
}

/** Just at, below and above the limit; with and without something to read at its head. */
function oversized(random: Random): Uint8Array {
  const bytes = new Uint8Array(BODY_LIMIT_BYTES - 1 + random.int(3)).fill(random.pick([0x20, 0x61, 0xff]));
  if (random.chance(0.5)) bytes.set(encoder.encode('{"symbol":"BTCUSDT","action":"buy"}'));
  return bytes;
}

/** Well formed, and meant to exhaust stacks, field limits and regular expressions. */
function monstrous(random: Random): string {
  const size = 1 + random.int(3_000);
  switch (random.int(6)) {
    case 0:
      return `${'{"a":'.repeat(size)}1${"}".repeat(size)}`;
    case 1:
      return `{"a":${"[".repeat(size)}${"]".repeat(size)}}`;
    case 2:
      return `{${Array.from({ length: size }, (_, index) => `"f${index}":${index}`).join(",")}}`;
    case 3:
      return `{"action":"${"\\".repeat(2 * size)}","symbol":"${"A".repeat(size)}"}`;
    case 4:
      return `action=${'"'.repeat(size)} ${"a=b ".repeat(size)}`;
    default:
      return `{"comment":"${"token=".repeat(size)}","timenow":${"9".repeat(size)}}`;
  }
}

interface Address {
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/** `right`: the hook's own address with its token, in one of the two places. */
function address(random: Random, hook: KnownHook, right: boolean): Address {
  const base = random.chance(0.8) ? `/hooks/${hook.hookId}` : `/${hook.hookId}`;
  const { token } = hook;
  if (right || token === null) {
    if (token === null) return { path: base, query: random.chance(0.1) ? { token: random.text(20) } : {} };
    return random.chance(0.5) ? { path: `${base}/${token}`, query: {} } : { path: base, query: { token } };
  }
  switch (random.int(9)) {
    case 0:
      return { path: base, query: {} };
    case 1:
      return { path: `${base}/${mutateText(random, token)}`, query: {} };
    case 2:
      return { path: base, query: { token: mutateText(random, token) } };
    case 3:
      return { path: `${base}/${random.pick(HOOKS).token ?? random.hex(16)}`, query: {} };
    case 4:
      return {
        path: base,
        query: { token: random.pick<unknown>([[token, token], { a: token }, true, 0, null]) },
      };
    case 5:
      return { path: `/hooks/${mutateText(random, hook.hookId)}/${token}`, query: {} };
    case 6:
      return { path: `${base}/${random.hex(16)}`, query: { token } };
    case 7:
      return { path: `/${random.text(40)}`, query: {} };
    default:
      return { path: `${base}/${token}${random.pick(["/", "/x", "//", "?", "%00", "#"])}`, query: {} };
  }
}

/** Labels that a request gives itself; none of them may decide anything. */
function labels(random: Random): Headers {
  if (random.chance(0.4)) return { "content-type": "application/json" };
  return {
    ...(random.chance(0.8) ? { "content-type": random.pick(CONTENT_TYPES) } : {}),
    ...(random.chance(0.5) ? { "content-encoding": random.pick(ENCODINGS) } : {}),
    ...(random.chance(0.05) ? { expect: random.pick(["100-continue", "a miracle"]) } : {}),
    [`x-${random.text(8)}`]: random.chance(0.5) ? random.text(30) : [random.text(8), random.text(8)],
    authorization: `Bearer ${random.hex(12)}`,
  };
}

const CONTENT_TYPES = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/cloudevents+json",
  "application/json; charset=utf-16",
  "application/json; charset=klingon",
  "text/plain; charset=shift_jis",
  "application/json; charset=",
  "*/*",
  "",
] as const;
const ENCODINGS = ["gzip", "br", "deflate", "zstd", "identity", "gzip, gzip", "rot13"] as const;

/** Google's front end appends the caller's address at the right; whatever stands left of it, the caller wrote. */
function sourceOf(random: Random, hook: KnownHook, right: boolean): Headers {
  const listed = hook.from ?? "203.0.113.77";
  if (right) {
    const spoofed = random.chance(0.2) ? `${random.text(10).replaceAll(",", "")}, ` : "";
    return { "x-forwarded-for": `${spoofed}${random.chance(0.7) ? "" : "::ffff:"}${listed}` };
  }
  const foreign = random.chance(0.8) ? random.pick(FOREIGN_ADDRESSES) : random.text(20);
  switch (random.int(3)) {
    case 0:
      return { "x-forwarded-for": `${listed}, ${foreign}` };
    case 1:
      return { "x-forwarded-for": [listed, foreign] };
    default:
      return {};
  }
}
