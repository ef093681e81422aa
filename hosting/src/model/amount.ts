// Arithmetic and formatting of decimal strings for people. Exact: digits are kept in a bigint and never pass
// through a binary float, so what the screen shows is what the books hold, rounded once.
import type { DecimalString } from "#domain/decimal.ts";

interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

export const PLAIN_DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
const MINUS = "\u2212";

/** Throws RangeError for anything but a plain decimal: a missing amount is never read as zero. */
function parse(text: DecimalString): Scaled {
  const parts = PLAIN_DECIMAL.exec(text);
  if (parts === null) throw new RangeError(`Not a decimal string: ${JSON.stringify(text)}`);
  const fraction = parts[3] ?? "";
  return { units: BigInt(`${parts[1]}${parts[2]}${fraction}`), scale: fraction.length };
}

function atScale(value: Scaled, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

function toText({ units, scale }: Scaled): DecimalString {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? "-" : ""}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
}

function combine(a: DecimalString, b: DecimalString, sign: bigint): DecimalString {
  const [x, y] = [parse(a), parse(b)];
  const scale = Math.max(x.scale, y.scale);
  return toText({ units: atScale(x, scale) + sign * atScale(y, scale), scale });
}

export function add(a: DecimalString, b: DecimalString): DecimalString {
  return combine(a, b, 1n);
}

export function subtract(a: DecimalString, b: DecimalString): DecimalString {
  return combine(a, b, -1n);
}

export function multiply(a: DecimalString, b: DecimalString): DecimalString {
  const [x, y] = [parse(a), parse(b)];
  return toText({ units: x.units * y.units, scale: x.scale + y.scale });
}

/** -1, 0 or 1: the sign of `value`. */
export function signOf(value: DecimalString): -1 | 0 | 1 {
  const { units } = parse(value);
  return units > 0n ? 1 : units < 0n ? -1 : 0;
}

/** -1, 0 or 1 as `a` is below, equal to or above `b`. */
export function compare(a: DecimalString, b: DecimalString): -1 | 0 | 1 {
  return signOf(subtract(a, b));
}

/** `part` of `whole` in hundredths of a percent, rounded half up; null when `whole` is not above zero. */
export function basisPointsOf(part: DecimalString, whole: DecimalString): number | null {
  if (signOf(whole) <= 0) return null;
  const [x, y] = [parse(part), parse(whole)];
  const scale = Math.max(x.scale, y.scale);
  const divisor = atScale(y, scale) * 2n;
  const scaled = atScale(x, scale) * 20_000n;
  const rounded = (scaled < 0n ? scaled - divisor / 2n : scaled + divisor / 2n) / divisor;
  return Number(rounded);
}

/** Rounded half to even at `decimals` places, padded with zeroes to exactly that many. */
export function round(value: DecimalString, decimals: number): DecimalString {
  const parsed = parse(value);
  if (parsed.scale <= decimals) return toText({ units: atScale(parsed, decimals), scale: decimals });
  const divisor = 10n ** BigInt(parsed.scale - decimals);
  const negative = parsed.units < 0n;
  const size = negative ? -parsed.units : parsed.units;
  const twice = (size % divisor) * 2n;
  const floor = size / divisor;
  const up = twice > divisor || (twice === divisor && floor % 2n === 1n);
  const units = up ? floor + 1n : floor;
  return toText({ units: negative ? -units : units, scale: decimals });
}

/** Digits after the point that the value carries. */
function decimalsOf(value: DecimalString): number {
  return parse(value).scale;
}

/**
 * For people: `-1234.5` at two places is `−1,234.50`. With `signed`, a value above zero gets its `+`.
 * The sign is that of the rounded value, so nothing is shown as minus zero.
 */
export function formatAmount(value: DecimalString, decimals: number, signed = false): string {
  const rounded = round(value, decimals);
  const sign = signOf(rounded);
  const [whole = "", fraction] = rounded.replace("-", "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const mark = sign < 0 ? MINUS : signed && sign > 0 ? "+" : "";
  return `${mark}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** A whole number with its thousands apart: `36,880`. */
export function formatCount(value: number): string {
  return formatAmount(String(value), 0);
}

export function formatUsd(value: DecimalString, signed = false): string {
  return formatAmount(value, 2, signed);
}

/** A price with the digits a trader reads at its size: 60,123.40; 3.1415; 0.081234. */
export function formatPrice(value: DecimalString): string {
  const whole = value.replace("-", "").split(".")[0] ?? "";
  const decimals = whole.length > 3 ? 2 : whole !== "0" ? 4 : 6;
  return formatAmount(value, decimals);
}

/** A quantity as it is: the venue's steps made its digits. Trailing zeroes go. */
export function formatQty(value: DecimalString, signed = false): string {
  const trimmed = value.includes(".") ? value.replace(/\.?0+$/, "") : value;
  return formatAmount(trimmed, decimalsOf(trimmed), signed);
}

/** Basis points as a signed or plain percentage: 123 is `1.23`. */
export function formatBps(bps: number, signed = false): string {
  const digits = Math.abs(bps).toString().padStart(3, "0");
  const text = `${bps < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  return formatAmount(text, 2, signed);
}
