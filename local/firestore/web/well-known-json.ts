// JSON forms of the well-known protobuf types that Firestore uses: timestamps, durations, wrappers, bytes, and
// the numbers JSON has no literal for. Follows the proto3 JSON mapping.
import { RpcError } from "../backend.ts";
import { INVALID_ARGUMENT } from "./rpc-status.ts";

const MS_PER_SECOND = 1000;
const NANO_DIGITS = 9;
const RFC_3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;
const DURATION = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/;
const INTEGER = /^-?\d+$/;

interface SecondsAndNanos {
  readonly seconds: string;
  readonly nanos: number;
}

/** google.protobuf.Timestamp from its RFC 3339 text. */
export function timestampFromJson(text: string): SecondsAndNanos {
  const [, instant, fraction = "", zone] = RFC_3339.exec(text) ?? [];
  const epochMs = Date.parse(`${instant}${zone}`);
  if (Number.isNaN(epochMs)) throw invalid(`${JSON.stringify(text)} is not an RFC 3339 timestamp`);
  return { seconds: String(epochMs / MS_PER_SECOND), nanos: Number(fraction.padEnd(NANO_DIGITS, "0")) };
}

/** RFC 3339 text in UTC, with 0, 3, 6 or 9 fractional digits as they are needed. */
export function timestampToJson(seconds: unknown, nanos: unknown): string {
  const instant = new Date(Number(seconds ?? 0) * MS_PER_SECOND)
    .toISOString()
    .slice(0, "2000-01-01T00:00:00".length);
  return `${instant}${fractionOf(Number(nanos ?? 0))}Z`;
}

export function durationFromJson(text: string): SecondsAndNanos {
  const [, sign, seconds, fraction = ""] = DURATION.exec(text) ?? [];
  if (seconds === undefined) throw invalid(`${JSON.stringify(text)} is not a duration such as "3.5s"`);
  const nanos = Number(fraction.padEnd(NANO_DIGITS, "0"));
  return { seconds: `${sign}${seconds}`, nanos: sign === "-" ? -nanos : nanos };
}

export function durationToJson(seconds: unknown, nanos: unknown): string {
  const whole = BigInt(String(seconds ?? 0));
  const part = Number(nanos ?? 0);
  const sign = whole < 0n || part < 0 ? "-" : "";
  return `${sign}${whole < 0n ? -whole : whole}${fractionOf(Math.abs(part))}s`;
}

/** A double or float: JSON number, numeric text, or one of the three names JSON has no literal for. */
export function doubleFromJson(json: unknown): number {
  if (json === "NaN" || json === "Infinity" || json === "-Infinity") return Number(json);
  const value =
    typeof json === "number" || (typeof json === "string" && json !== "") ? Number(json) : Number.NaN;
  if (Number.isNaN(value)) throw invalid(`${JSON.stringify(json)} is not a number`);
  return value;
}

export function doubleToJson(value: number): number | string {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : String(value);
}

/** A 32- or 64-bit integer as decimal text, from a JSON number or string. */
export function integerFromJson(json: unknown): string {
  const text = typeof json === "number" || typeof json === "string" ? String(json) : "";
  if (!INTEGER.test(text)) throw invalid(`${JSON.stringify(json)} is not an integer`);
  return text;
}

export function bytesFromJson(json: unknown): Buffer {
  if (typeof json !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(json)) {
    throw invalid("bytes must be a base64 string");
  }
  return Buffer.from(json, "base64");
}

export function bytesToJson(value: unknown): string {
  return typeof value === "string" ? value : Buffer.from(value as Uint8Array).toString("base64");
}

export function invalid(message: string): RpcError {
  return new RpcError(INVALID_ARGUMENT, `Invalid JSON payload: ${message}`);
}

function fractionOf(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(NANO_DIGITS, "0");
  return `.${digits.replace(/(?:000)+$/, "")}`;
}
