// Whether a request proves its sender, judged from the raw request and the secrets in clear: a second opinion that
// shares no code with the receiver. Errs to one side only: what it denies was never proved.
import { parse } from "node:querystring";
import { HOOK_BY_ID, type KnownHook } from "./hooks.ts";
import type { FuzzRequest } from "./requests.ts";
import { hmac, WINDOW_MS } from "./signing.ts";

export interface Proof {
  /** The hook that the address names; null when it names none. */
  readonly hook: KnownHook | null;
  /** Signature or token is right, and the hook would open. */
  readonly proved: boolean;
  /** The token is right and only the source address is not. */
  readonly foreign: boolean;
}

const NONE: Proof = { hook: null, proved: false, foreign: false };
/** Where fuzzed requests come from, where the platform names no other address. */
const LOOPBACK = "127.0.0.1";
/** Receivers look at no more than this many signatures; looking at fewer is no fault. */
const SIGNATURES_LOOKED_AT = 64;

export function proofOf(request: FuzzRequest, nowMs: number): Proof {
  if (request.method !== "POST") return NONE;
  const { path, query } = partsOf(request.url);
  const [first, ...rest] = path.split("/").filter((segment) => segment !== "");
  const [hookId, inPath, ...tooMany] = first === "hooks" ? rest : [first, ...rest];
  const hook = hookId === undefined || tooMany.length > 0 ? undefined : HOOK_BY_ID.get(hookId);
  if (hook === undefined) return NONE;
  const { body } = request;
  if (hook.token === null)
    return { hook, proved: hook.opens && isSigned(hook, request, body, nowMs), foreign: false };
  const given = inPath ?? query;
  const right = given === "" ? holdsToken(body, hook.token) : given === hook.token;
  const listed = isListed(hook, sourceAddress(request));
  return { hook, proved: hook.opens && right && listed, foreign: right && !listed };
}

/** The path, and the token of the query; the empty text where there is none, or more than one. */
function partsOf(url: string): { readonly path: string; readonly query: string } {
  const [path = "", ...search] = url.replace(/#.*$/, "").split("?");
  const { token } = parse(search.join("?"));
  return { path, query: typeof token === "string" ? token : "" };
}

function header(request: FuzzRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : (value ?? []).join(" ");
}

function isSigned(hook: KnownHook, request: FuzzRequest, body: Uint8Array, nowMs: number): boolean {
  const id = header(request, "webhook-id");
  const timestamp = header(request, "webhook-timestamp");
  if (id === "" || id.includes(".") || !/^\d+$/.test(timestamp)) return false;
  if (Math.abs(nowMs - Number(timestamp) * 1_000) > WINDOW_MS) return false;
  const expected = hook.signingSecrets.map((secret) =>
    Buffer.from(hmac(secret, id, timestamp, body), "base64"),
  );
  return header(request, "webhook-signature")
    .split(" ", SIGNATURES_LOOKED_AT)
    .some((entry) => {
      const given = entry.startsWith("v1,") ? Buffer.from(entry.slice(3), "base64") : null;
      return given !== null && expected.some((mac) => mac.equals(given));
    });
}

/** As text or behind JSON's escapes; more than a receiver must accept. */
function holdsToken(body: Uint8Array, token: string): boolean {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  if (text.includes(token)) return true;
  const unescaped = text.replace(/\\u([0-9a-fA-F]{4})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return unescaped.includes(token);
}

function sourceAddress(request: FuzzRequest): string {
  const header = request.headers["x-forwarded-for"];
  const list = typeof header === "string" ? header : header?.join(",");
  const address = list === undefined ? LOOPBACK : (list.split(",").at(-1) ?? "").trim();
  return address.toLowerCase().startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

function isListed(hook: KnownHook, address: string): boolean {
  return hook.networks.some((network) =>
    /[.:]$/.test(network) ? address.startsWith(network) : address === network,
  );
}
