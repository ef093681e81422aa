// The next entries of the journal into `telemetry/router`, in order and none left out: an order that cannot be counted yet holds
// up the ones behind it, until it is counted without what the venue does not tell.
import type { ExecutionDeps } from "#app/books";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { EntryChoice } from "#domain/documents/tuning.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import { withEntryOver, withOutcome } from "#domain/telemetry/entry-outcomes.ts";
import {
  type EndedOrder,
  isFilledAtAll,
  metricsOf,
  NO_GROUND,
  wholeTrades,
} from "#domain/telemetry/order-metrics.ts";
import { type RouterTelemetry, withOrder } from "#domain/telemetry/router-telemetry.ts";
import type { VenueError } from "#ports/venue.ts";
import { askMarket, type MarketAnswers, NOT_ASKED } from "./ask-market.ts";
import type { JournalNews } from "./read-journal.ts";

/**
 * An order is counted this long after the entry of its end: the second look at the market is five minutes after the fill, its
 * minute ends within another one, and one is left for clocks that differ.
 */
const SETTLED_AFTER_MS = 420_000;
/** After this an order counts without the trades that the venue does not list, and without prices of the minutes after. */
const GIVEN_UP_AFTER_MS = 3_600_000;
/** Of one run, and an entry holds one order: each costs the venue 10 of the 2,400 a minute that all accounts of an address share (docs/budget.md). */
const MOST_SYMBOLS = 5;
/** The end of an order, in whatever state; a rebuild stores orders again under a name of its own. */
const OF_ORDER = /^ORDER_/;

interface Folding {
  readonly router: RouterTelemetry;
  readonly entries: readonly JournalNews[];
  /** Whether the venue may be asked; else filled orders wait. */
  readonly mayAsk: boolean;
  /** How an entry rests by the config; null where that is not known. */
  readonly resting: EntryChoice | null;
}

interface FoldedRouter {
  readonly router: RouterTelemetry;
  /** As far as they were read. */
  readonly markets: MarketAnswers["markets"];
  /** Orders are left that could be counted. */
  readonly isBehind: boolean;
  readonly failure: VenueError | null;
}

export async function foldRouter(
  deps: ExecutionDeps,
  profile: AccountProfile,
  { router, entries, mayAsk, resting }: Folding,
): Promise<FoldedRouter> {
  const nowMs = deps.clock.nowMs();
  const settled = settledAmong(entries, router.foldedSeq, nowMs);
  const chosen = withFewSymbols(settled);
  const answers: MarketAnswers = mayAsk ? await askMarket(deps, profile, chosen.flatMap(endedIn)) : NOT_ASKED;
  const { markets, failure } = answers;
  let folded = router;
  for (const entry of chosen) {
    const next = withEntry(folded, entry, answers, { resting, nowMs });
    if (next === null) return { router: folded, markets, isBehind: false, failure };
    folded = next;
  }
  return { router: folded, markets, isBehind: chosen.length < settled.length, failure };
}

/** Entries in order, up to the first one that is too young. */
function settledAmong(
  entries: readonly JournalNews[],
  foldedSeq: number,
  nowMs: number,
): readonly JournalNews[] {
  const waiting = entries.filter(({ seq }) => seq > foldedSeq);
  const young = waiting.findIndex(({ atMs }) => atMs !== null && nowMs - atMs < SETTLED_AFTER_MS);
  return young === -1 ? waiting : waiting.slice(0, young);
}

function withFewSymbols(entries: readonly JournalNews[]): readonly JournalNews[] {
  const symbols = new Set<string>();
  const end = entries.findIndex((entry) => {
    for (const { order } of endedIn(entry)) if (isFilledAtAll(order)) symbols.add(order.request.symbol);
    return symbols.size > MOST_SYMBOLS;
  });
  return end === -1 ? entries : entries.slice(0, end);
}

function endedIn({ kind, orders, atMs }: JournalNews): readonly EndedOrder[] {
  if (atMs === null || !OF_ORDER.test(kind)) return [];
  return orders.flatMap(({ order, leg }) => (isEnded(order.status) ? [{ order, leg, endedAtMs: atMs }] : []));
}

/** Null while an order of the entry cannot be counted yet. */
function withEntry(
  router: RouterTelemetry,
  entry: JournalNews,
  { grounds }: MarketAnswers,
  { resting, nowMs }: Pick<Folding, "resting"> & { readonly nowMs: number },
): RouterTelemetry | null {
  const isGivenUp = entry.atMs !== null && nowMs - entry.atMs >= GIVEN_UP_AFTER_MS;
  let folded: RouterTelemetry = { ...router, foldedSeq: entry.seq };
  if (entry.atMs === null) folded = { ...folded, lostEntries: folded.lostEntries + 1 };
  for (const ended of endedIn(entry)) {
    const ground = grounds.get(ended.order.request.symbol) ?? NO_GROUND;
    const isWhole = !isFilledAtAll(ended.order) || wholeTrades(ended.order, ground.trades) !== null;
    if (!isWhole && !isGivenUp) return null;
    const metrics = metricsOf(ended, ground);
    folded = withOrder(withOutcome(folded, ended, metrics), metrics);
  }
  const atMs = entry.atMs ?? nowMs;
  return entry.overEntries.reduce((before, over) => withEntryOver(before, over, { resting, atMs }), folded);
}
