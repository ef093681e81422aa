// Exact decimal arithmetic for the exchange: text on the wire, BigInt in 1e-8 units inside.
// Money never passes through a floating-point number.

/** One whole unit (1 USDT, 1 BTC) in the engine's 1e-8 money and quantity units. */
export const E8 = 100_000_000n;

/** Decimal places of the engine's money units. */
const MONEY_DECIMALS = 8;

/** Longest decimal text accepted; longer input is an attack or a bug, not a price. */
const MAX_DECIMAL_CHARS = 32;

/** Parses plain decimal text ("-12.50") to 1e-8 units; undefined when malformed or finer than 1e-8. */
export function parseE8(text: string): bigint | undefined {
  if (text.length > MAX_DECIMAL_CHARS) return undefined;
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const trimmed = fraction.replace(/0+$/, "");
  if (trimmed.length > MONEY_DECIMALS) return undefined;
  const magnitude = BigInt(whole) * E8 + BigInt(trimmed.padEnd(MONEY_DECIMALS, "0"));
  return sign === "-" ? -magnitude : magnitude;
}

/** Like parseE8, for constants of the program: throws on text that is not a decimal. */
export function e8(text: string): bigint {
  const value = parseE8(text);
  if (value === undefined) throw new Error(`"${text}" is not a decimal with at most 8 places`);
  return value;
}

/** Integer division rounded half away from zero. The divisor must be positive. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * magnitude + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}

/** Formats 1e-8 units with exactly `decimals` places (0-8), rounding half up when that drops digits. */
export function formatE8(value: bigint, decimals: number = MONEY_DECIMALS): string {
  const scaled =
    decimals < MONEY_DECIMALS ? divideHalfUp(value, 10n ** BigInt(MONEY_DECIMALS - decimals)) : value;
  const magnitude = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, "0");
  const whole = magnitude.slice(0, magnitude.length - decimals);
  const fraction = decimals === 0 ? "" : `.${magnitude.slice(-decimals)}`;
  return `${scaled < 0n ? "-" : ""}${whole}${fraction}`;
}

/** Formats 1e-8 units without trailing zeros ("0.1", "5"). */
export function formatTrimmedE8(value: bigint): string {
  return formatE8(value).replace(/\.?0+$/, "");
}

export function absE8(value: bigint): bigint {
  return value < 0n ? -value : value;
}
