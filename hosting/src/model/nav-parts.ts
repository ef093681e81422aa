// The parts of an account that are not at a price of now, in words, for readers of a NAV or of its lower bound.
import type { Nav } from "#domain/documents/nav.ts";
import { formatUsd } from "./amount.ts";
import { listWords } from "./list-words.ts";

/** Null where every part is at a price of now. */
export function partlyValued({ bound }: Nav): string | null {
  if (bound === null) return null;
  const coinsThat = (counts: string): string[] =>
    bound.coins.filter((coin) => coin.counts === counts).map(({ asset }) => asset);
  const parts = [
    [bound.venueValued, "at the venue’s mark"],
    [coinsThat("lastPrice"), "at the last price"],
    [coinsThat("nothing"), "not counted"],
  ] as const;
  const named = parts.filter(([names]) => names.length > 0);
  if (named.length === 0) return null;
  return `Partly valued: ${named.map(([names, how]) => `${listWords(names)} ${how}`).join("; ")}`;
}

/** The bound while the NAV stands still: losses are judged by it. */
export function boundWords({ bound, stale }: Nav): string | null {
  return bound === null || !stale ? null : `Losses are judged by at least ${formatUsd(bound.usd)} USD`;
}
