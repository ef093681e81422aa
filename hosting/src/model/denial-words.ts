// A denial in the words a trader uses: what was wanted, what the limit is. Every code has its sentence; a code this
// page does not know yet is still shown, with its numbers.
import type { Denial } from "#domain/documents/denial.ts";
import { durationText } from "./age.ts";
import { formatBps, formatQty, formatUsd } from "./amount.ts";

/**
 * The fields of a denial that the screen needs; the code is open so that a newer server's denial is shown
 * too.
 */
export type ShownDenial = Omit<Denial, "code" | "unit"> & {
  readonly code: string;
  readonly unit: string | null;
};

type Sentences = Readonly<Record<string, readonly [string, string] | undefined>>;

/** Null until they have come: they are a tenth of the page's own code, and the first screen rarely has a denial to tell. */
let sentences: Sentences | null = null;

/** Denials are told by their codes and numbers until then. Rejects when they cannot be loaded. */
export async function loadDenialSentences(): Promise<void> {
  const loaded = await import("./denial-sentences.ts");
  sentences = loaded.SENTENCES;
}

/** A limit or actual with its unit: `1,234.50 USD`, `3 min`, `12 orders`. */
export function measured(value: string, unit: string | null): string {
  try {
    if (unit === "usd") return `${formatUsd(value)} USD`;
    if (unit === "ms") return durationText(Number(value));
    if (unit === "bps") return `${formatBps(Number(value))}%`;
    if (unit === "ratio") return `${formatQty(value)}×`;
    if (unit === "orders" || unit === "groups") return `${value} ${value === "1" ? unit.slice(0, -1) : unit}`;
    return unit === "base" ? formatQty(value) : value;
  } catch {
    // Not the number its unit promises: the raw text says more than nothing.
    return value;
  }
}

/** A check whose sentence this page does not have, or not yet, is named, with its numbers. */
function unknownSentence(
  { code, subject }: ShownDenial,
  limitText: string | null,
  actualText: string | null,
): string {
  const of = subject === null ? "" : ` on ${subject}`;
  const numbers = [actualText && `found ${actualText}`, limitText && `limit ${limitText}`].filter(Boolean);
  return `Refused by check ${code}${of}${numbers.length > 0 ? `: ${numbers.join(", ")}` : ""}`;
}

/** One sentence for a denial, limit against actual where the check has numbers. Total: never throws. */
export function denialSentence(denial: ShownDenial): string {
  const { code, limit, actual, unit, subject } = denial;
  const known = sentences?.[code];
  const limitText = limit === null ? null : measured(limit, unit);
  const actualText = actual === null ? null : measured(actual, unit);
  if (known === undefined) return unknownSentence(denial, limitText, actualText);
  // Young enough and still denied: the NAV run itself said that a source had failed.
  if (code === "NAV_STALE" && actual !== null && limit !== null && Number(actual) <= Number(limit)) {
    return `A source of the NAV had failed; its values were ${actualText} old`;
  }
  const [full, short] = known;
  const sentence =
    (full.includes("{a}") && actualText === null) || (full.includes("{l}") && limitText === null)
      ? short
      : full;
  return sentence
    .replace("{a}", actualText ?? "")
    .replace("{l}", limitText ?? "")
    .replace("{s}", subject ?? "the symbol");
}
