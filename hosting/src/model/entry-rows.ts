// Every entry of an open group as the screen shows it: price, quantity, fill, state, and for one that waits how far the price
// has come towards it. A price is that of the fills where there are any. Pure.

import { dec, decimalString } from "#domain/decimal.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { formatPrice, formatQty } from "./amount.ts";
import { bpsOf } from "./basis-points.ts";
import { denialSentence } from "./denial-words.ts";
import { listWords } from "./list-words.ts";

export interface EntryRow {
  /** `base`, `pyramid-1`, `dca-1` for the first safety entry. */
  readonly id: string;
  readonly name: string;
  /** Under the scale of prices. */
  readonly label: string;
  readonly status: EntryLeg["status"];
  readonly priceUsd: string;
  readonly qtyBase: string;
  readonly filledBase: string;
  readonly detail: string;
  /** Of the way from the base to the price; null where it does not wait, or the mark is unknown. */
  readonly progressBps: number | null;
  /** From the mark to the price, in basis points of the mark; null: as above. */
  readonly awayBps: number | null;
}

const NAMES: Readonly<Record<EntryLeg["kind"], readonly [string, string]>> = {
  base: ["Base", "base"],
  pyramid: ["Pyramid", "P"],
  dca: ["Safety entry", "S"],
};

const ODDITIES: Readonly<Record<NonNullable<EntryLeg["oddity"]>, string>> = {
  FILL_AFTER_CANCEL: "filled after it was cancelled",
  CANCEL_OF_FILLED: "had filled before it could be cancelled",
  FILL_NEVER_ANSWERED: "filled, though the venue never answered",
  SHOWN_AFTER_ALL: "taken for absent, and there after all",
  LATE_WORD: "a late word of the venue about it changed nothing",
  REDUCED_OUTSIDE: "the position was made smaller from outside",
  LIQUIDATED: "the venue liquidated the position",
  DELEVERAGED: "the venue reduced the position (ADL)",
  SIBLING_FILLED: "ended because another order filled",
};

/** The price that an entry would take: a long at the ask, a short at the bid. */
function entryMarkUsd({ side }: Group, quote: TopOfBook | null): string | null {
  if (quote === null) return null;
  return side === "long" ? quote.askUsd : quote.bidUsd;
}

function wayTo(
  { priceUsd, status }: EntryLeg,
  baseUsd: string | null,
  markUsd: string | null,
): Pick<EntryRow, "progressBps" | "awayBps"> {
  if (status !== "WAITING" || markUsd === null) return { progressBps: null, awayBps: null };
  const [price, mark] = [dec(priceUsd), dec(markUsd)];
  const way = baseUsd === null ? null : price.minus(dec(baseUsd));
  const progress =
    baseUsd === null || way === null || way.isZero() ? null : mark.minus(dec(baseUsd)).div(way);
  return {
    progressBps: progress === null ? null : Math.max(0, bpsOf(progress)),
    awayBps: mark.isZero() ? null : bpsOf(price.minus(mark).abs().div(mark)),
  };
}

/** Of an entry on its route: which of its orders is out, and the price that none passes. */
function routeOf({ route, status }: EntryLeg): string | null {
  if (route === null || status === "FILLED" || status === "ENDED") return null;
  const way = route.stage === "bounded" ? "takes" : "rests";
  return `order ${route.steps.length} of its route, which ${way} no worse than ${formatPrice(route.boundUsd)}`;
}

/** Of an entry that measured outcomes have begun otherwise than the config says: how, and by what. */
function choiceWords({ route }: EntryLeg): string | null {
  const { evidence, firstStep, offsetTicks } = route?.choice ?? { evidence: null };
  if (evidence === null) return null;
  const { present, other } = evidence;
  const way = firstStep === "market" ? "took at once" : `rested ${offsetTicks} ticks inside`;
  return `began as outcomes choose: ${way}, for ${other.costBps} bps against ${present.costBps} ± ${present.halfWidthBps} of ${present.entries} entries`;
}

function detailOf(leg: EntryLeg, { symbol, side }: Group, isNext: boolean): string {
  const { kind, status, priceUsd, averagePriceUsd, filledBase, qtyBase, refusedFor, oddity } = leg;
  const isPart = status !== "FILLED" && !dec(filledBase).isZero();
  const refusals = refusedFor.map((code) =>
    denialSentence({ code, limit: null, actual: null, unit: null, subject: symbol }),
  );
  return [
    status === "WAITING"
      ? `sent at ${side === "long" ? "or below" : "or above"} this price${isNext ? "" : ", after the one before it"}`
      : null,
    isPart ? `${formatQty(filledBase)} of ${formatQty(qtyBase)} filled` : null,
    routeOf(leg),
    choiceWords(leg),
    averagePriceUsd !== null && kind === "dca" ? `its price was ${formatPrice(priceUsd)}` : null,
    oddity === null ? null : ODDITIES[oddity],
    refusals.length === 0 ? null : `refused at its price: ${listWords(refusals)}`,
  ]
    .filter((part) => part !== null)
    .join("; ");
}

/** The base first, then safety entries and pyramids as the group keeps them. */
export function entryRows(group: Group, quote: TopOfBook | null): readonly EntryRow[] {
  const { legs } = group;
  const base = legs.find(({ kind }) => kind === "base") ?? null;
  const baseUsd = base === null ? null : (base.averagePriceUsd ?? base.priceUsd);
  const markUsd = entryMarkUsd(group, quote);
  const next = legs.find(({ status }) => status === "WAITING");
  return legs.map((leg) => {
    const { kind, place, status, priceUsd, averagePriceUsd, qtyBase, filledBase } = leg;
    const [name, short] = NAMES[kind];
    const hasFill = averagePriceUsd !== null && !dec(filledBase).isZero();
    return {
      id: kind === "base" ? kind : `${kind}-${place}`,
      name: kind === "base" ? name : `${name} ${place}`,
      label: kind === "base" ? short : `${short}${place}`,
      status,
      priceUsd: hasFill ? averagePriceUsd : priceUsd,
      qtyBase,
      filledBase: decimalString(dec(filledBase)),
      detail: detailOf(leg, group, leg === next),
      ...wayTo(leg, baseUsd, markUsd),
    };
  });
}
