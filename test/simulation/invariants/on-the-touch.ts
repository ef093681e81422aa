// Rule 12, one moment, and now (docs/RULES.md): an entry is priced and sized on the touch that its process was given last,
// compared with the matching engine's own book at that time.
import type { AccountConfig, StrategyConfig } from "#domain/documents/config.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { StoredIntent } from "#domain/documents/signal.ts";
import type { WireRequest } from "../ports/venue-transport.ts";
import { answersAreFrozen, type EngineTouch, justAccepted, touchOfBook } from "./engine-truth.ts";
import { configOf, type Evidence, type Invariant, NEW_ORDER } from "./invariant.ts";

const TOUCH = "GET /fapi/v1/ticker/bookTicker";
/** Between the question and the order's arrival: storing, sending, and clocks that disagree. Far below a NAV's age. */
const ON_THE_WAY_MS = 15_000;
/** Prices are compared as numbers. */
const ROUNDING = 1e-9;

interface Asked {
  readonly atMs: number;
  /** The engine's; null when its answers were old ones, so that the book of that time is not the one that was told. */
  readonly book: EngineTouch | null;
}

export const entriesAreDecidedOnTheTouch: Invariant = {
  rule: 12,
  name: "entriesAreDecidedOnTheTouch",
  says: "An entry is sized and priced on the touch of its symbol, asked for by its own process for this decision: a resting one stands at that touch or as far inside as its config allows, one of a given value costs that value there, and one that rests first takes first only where outcomes choose.",
  watch(evidence) {
    const asked = new Map<string, Asked[]>();
    const keyOf = ({ process, accountId, fields }: WireRequest) =>
      `${process.id}|${accountId}|${fields.get("symbol")}`;
    return {
      handled(request) {
        const { name, accountId, fields } = request;
        const symbol = fields.get("symbol");
        if (symbol === null) return;
        const key = keyOf(request);
        if (name === TOUCH) {
          const book = answersAreFrozen(evidence.exchange) ? null : touchOfBook(evidence.exchange, symbol);
          asked.set(key, [...(asked.get(key) ?? []), { atMs: evidence.nowMs(), book }]);
          return;
        }
        if (name !== NEW_ORDER || fields.get("reduceOnly") === "true") return;
        if (justAccepted(evidence.exchange, accountId, fields, evidence.nowMs()) === null) return;
        const order = evidence.read<Order>(paths.order(accountId, fields.get("newClientOrderId") ?? ""));
        // An order that is sent again was decided long before, by whichever process.
        if (order?.sends === 1) check(evidence, asSent(order, fields), asked.get(key) ?? []);
      },
    };
  },
};

/** With price and quantity as they were on the wire. */
function asSent(order: Order, fields: URLSearchParams): Order {
  const qtyBase = fields.get("quantity") ?? order.request.qtyBase;
  return { ...order, request: { ...order.request, qtyBase, priceUsd: fields.get("price") } };
}

function check(evidence: Evidence, order: Order, asked: readonly Asked[]): undefined {
  const { clientOrderId: id, symbol } = order.request;
  const config = configOf(evidence, order.accountId, order.basis.configVersion);
  if (config === null) return;
  // A config that an earlier release has stored does not name the limit; the way is long enough without it.
  const { maxTouchAgeMs = 0 } = config as Partial<AccountConfig>;
  const sinceMs = evidence.nowMs() - maxTouchAgeMs - ON_THE_WAY_MS;
  const young = asked.filter(({ atMs }) => atMs >= sinceMs);
  if (young.length === 0)
    return evidence.fail(
      `the entry ${id} left although its process had not asked for the touch of ${symbol}`,
    );
  const books = young.map(({ book }) => book);
  // One of them was an old answer, and nothing tells whether it was the one that was used.
  if (books.includes(null)) return;
  const faults = books.map((book) => (book === null ? null : faultOn(evidence, order, book)));
  const [first] = faults;
  if (first !== undefined && !faults.includes(null)) evidence.fail(`the entry ${id}: ${first}`);
}

/** Null when the order is one that this book gives. */
function faultOn(
  evidence: Evidence,
  { request, accountId, intentId, strategyId, basis, step }: Order,
  book: EngineTouch,
) {
  const config = configOf(evidence, accountId, basis.configVersion);
  const strategy = config?.strategies[strategyId];
  const stored = evidence.read<StoredIntent>(paths.intent(accountId, intentId));
  if (config === null || strategy === undefined || stored === null) return null;
  const { bidUsd, askUsd } = book;
  const spread = (askUsd - bidUsd) / ((askUsd + bidUsd) / 2);
  if (config.maxSpreadBps !== null && spread * 10_000 > config.maxSpreadBps + ROUNDING)
    return `the spread was ${spread}, the limit is ${config.maxSpreadBps} bps`;
  if (strategy.entryRouting === "maker")
    return isTakenFirst({ request, step }, config)
      ? "it took at once, and its strategy rests first"
      : routedFault(evidence, request, { stored, strategy, book, config });
  if (request.timeInForce === "GTX") {
    const wanted = request.side === "buy" ? bidUsd : askUsd;
    if (differs(Number(request.priceUsd), wanted))
      return `it rests at ${request.priceUsd}, the touch was ${wanted}`;
  }
  return sizeFault(evidence, request, { stored, strategy, book, maxUsd: Number(config.maxOrderNotionalUsd) });
}

interface Sized {
  readonly stored: StoredIntent;
  readonly strategy: StrategyConfig;
  readonly book: EngineTouch;
  readonly maxUsd: number;
}

/**
 * Of an entry of several orders. One that rests stands at its own touch, or its ticks inside it, and not beyond the bound, which
 * routesStayWithinPlan knows; of a given value it is never more than that buys.
 */
function routedFault(
  { exchange }: Evidence,
  { symbol, side, qtyBase, priceUsd, timeInForce }: Order["request"],
  { stored, strategy, book, config }: Omit<Sized, "maxUsd"> & { readonly config: AccountConfig },
): string | null {
  const tickUsd = exchange.engine.specs.get(symbol)?.tickUsd ?? 0;
  const [own, across, inwards] =
    side === "buy" ? [book.bidUsd, book.askUsd, 1] : [book.askUsd, book.bidUsd, -1];
  const offset = Math.min(mostTicks(config) * tickUsd, Math.abs(across - own) - tickUsd);
  const inside = own + inwards * Math.max(0, offset);
  const isPastBoth = (Number(priceUsd) - inside) * inwards > inside * ROUNDING;
  if (timeInForce === "GTX" && isPastBoth) return `it rests at ${priceUsd}, its place was ${inside}`;
  const wantedUsd = amountOf(stored.intent.size, strategy);
  const leastUsd = Number(qtyBase) * Math.min(book.bidUsd, Number(priceUsd));
  if (wantedUsd === null || leastUsd <= wantedUsd * (1 + ROUTED_SLACK)) return null;
  return `it costs ${leastUsd} at the touch, ${wantedUsd} was wanted`;
}

/** Where its config lets outcomes choose, up to their bound. */
function mostTicks(config: AccountConfig): number {
  const { offsetTicks } = config.router;
  return isTuned(config) ? Math.max(offsetTicks, config.router.autotune.maxOffsetTicks) : offsetTicks;
}

/** A config of before knows no tuning. */
function isTuned({ router }: AccountConfig): boolean {
  return (router as Partial<typeof router>).autotune?.mode === "on";
}

/** The first order of an intent; of a reversal it closes, and the entry comes after it. */
function isTakenFirst({ request, step }: Pick<Order, "request" | "step">, config: AccountConfig): boolean {
  return step === 0 && request.timeInForce === "IOC" && !isTuned(config);
}

/** The last order of a route may come minutes after the first, by which its quantity was decided. */
const ROUTED_SLACK = 0.05;

/** Of a given value: never more of it than it buys at the touch, and less than one step below that. */
function sizeFault(
  evidence: Evidence,
  { symbol, side, qtyBase, timeInForce }: Order["request"],
  { stored, strategy, book, maxUsd }: Sized,
): string | null {
  const priceUsd = side === "buy" || timeInForce === "GTX" ? book.askUsd : book.bidUsd;
  const costsUsd = Number(qtyBase) * priceUsd;
  if (costsUsd > maxUsd * (1 + ROUNDING)) return `it costs ${costsUsd}, the limit for an order is ${maxUsd}`;
  const { size } = stored.intent;
  const wantedUsd = amountOf(size, strategy);
  const stepBase = evidence.exchange.engine.specs.get(symbol)?.lotBase;
  if (wantedUsd === null || stepBase === undefined) return null;
  const isTooLarge = costsUsd > wantedUsd * (1 + ROUNDING);
  const isTooSmall =
    strategy.fitToCaps !== true && costsUsd + stepBase * priceUsd < wantedUsd * (1 - ROUNDING);
  return isTooLarge || isTooSmall ? `it costs ${costsUsd} at the touch, ${wantedUsd} was wanted` : null;
}

/** Null for a size that is a quantity, or a share of the account. */
function amountOf(size: StoredIntent["intent"]["size"], strategy: Partial<StrategyConfig>): number | null {
  if (size.kind === "notionalUsd") return Number(size.notionalUsd);
  const isAmount = size.kind === "strategyDefault" && (strategy.entryShare ?? null) === null;
  return isAmount ? Number(strategy.orderNotionalUsd) : null;
}

function differs(a: number, b: number): boolean {
  return Math.abs(a - b) > Math.abs(b) * ROUNDING;
}
