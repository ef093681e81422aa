// Where the prices of a position stand on one scale from low to high: stop, its entries and their average, levels, break-even
// and mark, each in hundredths of the scale's width. Pure; the view draws it.
import { dec } from "#domain/decimal.ts";
import { EXIT_KINDS, type ExitKind } from "#domain/documents/words.ts";
import { formatPrice } from "./amount.ts";
import type { EntryRow } from "./entry-rows.ts";
import type { ExitRow } from "./exit-rows.ts";

type ScaleKind = ExitKind | "entry" | "breakEven" | "trailing" | "entryLeg" | "mark";

export interface ScalePoint {
  readonly kind: ScaleKind;
  /** Short enough to stand under the scale. */
  readonly label: string;
  readonly priceUsd: string;
  /** Percent of the width, from the low end. */
  readonly atPercent: number;
  /** Too near to an earlier label: the point is drawn without its own. */
  readonly isLabelled: boolean;
  /** A level that was taken, or an entry that was made. */
  readonly isPast: boolean;
}

export interface PriceScale {
  readonly points: readonly ScalePoint[];
  /** The whole scale in words, for those who do not see it. */
  readonly words: string;
}

/** Room at both ends, in percent of the width, so that the outermost labels stay inside. */
const MARGIN_PERCENT = 8;
/** Labels nearer to each other than this would overlap on a phone: two short words at 12 px on 300 px. */
const LABEL_PERCENT = 12;

interface Wanted {
  readonly kind: ScaleKind;
  readonly label: string;
  readonly priceUsd: string;
  readonly isPast?: boolean;
}

const EXITS_WITH_A_PLACE = [...EXIT_KINDS, "trailing"] as const;

function pointOf({ id, priceUsd, state }: ExitRow): readonly Wanted[] {
  const kind = EXITS_WITH_A_PLACE.find((start) => id.startsWith(start));
  // The trailing distance moves the stop itself: only its beginning has a place of its own.
  if (kind === undefined || priceUsd === null || (kind === "trailing" && state === "FOLLOWING")) return [];
  const label = kind === "takeProfit" ? `TP ${id.split("-")[1] ?? ""}` : kind === "stop" ? "stop" : "trail";
  return [{ kind, label, priceUsd, isPast: state === "TAKEN" }];
}

/** Entries made and to come; a single base is the average entry itself. */
function legsOf(entries: readonly EntryRow[]): readonly Wanted[] {
  const shown = entries.filter(({ status }) => status !== "WITHDRAWN" && status !== "ENDED");
  if (shown.length < 2) return [];
  return shown.map(({ label, priceUsd, status }) => ({
    kind: "entryLeg",
    label,
    priceUsd,
    isPast: status !== "WAITING",
  }));
}

/** Null where fewer than two prices are known: one point is no scale. */
export function priceScale(given: {
  readonly entryUsd: string | null;
  readonly markUsd: string | null;
  readonly breakEvenUsd: string | null;
  readonly entries: readonly EntryRow[];
  readonly exits: readonly ExitRow[];
}): PriceScale | null {
  const { entryUsd, markUsd, breakEvenUsd, entries, exits } = given;
  const wanted: readonly Wanted[] = [
    ...(entryUsd === null ? [] : [{ kind: "entry" as const, label: "entry", priceUsd: entryUsd }]),
    ...exits.flatMap(pointOf),
    ...legsOf(entries),
    ...(breakEvenUsd === null ? [] : [{ kind: "breakEven" as const, label: "even", priceUsd: breakEvenUsd }]),
    ...(markUsd === null ? [] : [{ kind: "mark" as const, label: "mark", priceUsd: markUsd }]),
  ];
  if (new Set(wanted.map(({ priceUsd }) => priceUsd)).size < 2) return null;
  const points = placed(wanted);
  const said = points.toSorted((a, b) => a.atPercent - b.atPercent);
  const words = `From low to high: ${said.map(({ label, priceUsd }) => `${label} ${formatPrice(priceUsd)}`).join(", ")}`;
  return { points, words };
}

function placed(wanted: readonly Wanted[]): readonly ScalePoint[] {
  const prices = wanted.map(({ priceUsd }) => dec(priceUsd).toNumber());
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  const width = high - low || 1;
  const labelled: number[] = [];
  return wanted.map(({ isPast = false, ...point }, index) => {
    const share = ((prices[index] ?? low) - low) / width;
    const atPercent = Math.round((MARGIN_PERCENT + share * (100 - 2 * MARGIN_PERCENT)) * 100) / 100;
    // The mark has the space above the scale to itself.
    const isLabelled =
      point.kind === "mark" || labelled.every((other) => Math.abs(other - atPercent) >= LABEL_PERCENT);
    if (isLabelled && point.kind !== "mark") labelled.push(atPercent);
    return { ...point, atPercent, isLabelled, isPast };
  });
}
