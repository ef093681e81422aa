// Rule 2, never beyond plan (docs/RULES.md), from the sender's side: the quantity on the wire against the alert's own text,
// the NAVs that were stored lately, the engine's books, and the config; computed here without the product's sizing.
import type { AccountConfig, StrategyConfig } from "#domain/documents/config.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { answersAreFrozen, type EngineTouch, justAccepted, touchOfBook } from "./engine-truth.ts";
import { type Change, configOf, type Evidence, type Invariant, NEW_ORDER } from "./invariant.ts";

const TOUCH = "GET /fapi/v1/ticker/bookTicker";
/** Between the question for the touch and the order's arrival, as in entriesAreDecidedOnTheTouch. */
const ON_THE_WAY_MS = 15_000;
/** A NAV may be decided on for its configured age, plus clocks and the way of the order. */
const NAV_SLACK_MS = 60_000;
const ROUNDING = 1e-9;
const BPS = 10_000;

interface Dated<T> {
  readonly atMs: number;
  readonly value: T;
}

/** An entry as the venue has taken it, with everything that its size may have been computed from. */
interface Sent {
  readonly order: Order;
  readonly qtyBase: number;
  readonly books: readonly EngineTouch[];
  readonly navUsd: number;
  readonly config: AccountConfig;
  /** By the engine's trades: what the orders of its group before it still hold at least. */
  readonly heldBase: number;
}

export const entriesAreAsLargeAsAsked: Invariant = {
  rule: 2,
  name: "entriesAreAsLargeAsAsked",
  says: "An entry is at most as large as its alert's text, the NAV of that moment, the stop and the caps give, passes no target that is stated, and is not sent with a stop that the market has passed.",
  watch(evidence) {
    const asked = new Map<string, Dated<EngineTouch | null>[]>();
    const navs = new Map<string, Dated<number>[]>();
    const texts = new Map<string, string>();
    const waiting = new Map<string, Sent>();
    const noteNav = ({ path, accountId, after }: Change): void => {
      if (accountId === null || path !== paths.nav(accountId)) return;
      const navUsd = Number((after as unknown as Nav | null)?.navUsd ?? Number.NaN);
      if (!Number.isNaN(navUsd)) push(navs, accountId, { atMs: evidence.nowMs(), value: navUsd });
    };
    return {
      found: (documents) => documents.forEach(noteNav),
      landed: ({ changes }) => changes.forEach(noteNav),
      answered(alert, { status, body }) {
        if ((status !== 202 && status !== 200) || body.receiptId === undefined) return;
        texts.set(body.receiptId, alert.body);
        const sent = waiting.get(body.receiptId);
        waiting.delete(body.receiptId);
        if (sent !== undefined) check(evidence, sent, alert.body);
      },
      handled(request) {
        const { name, accountId, fields, process } = request;
        const key = `${process.id}|${accountId}|${fields.get("symbol")}`;
        if (name === TOUCH && fields.get("symbol") !== null) {
          const isOld = answersAreFrozen(evidence.exchange);
          const value = isOld ? null : touchOfBook(evidence.exchange, fields.get("symbol") ?? "");
          push(asked, key, { atMs: evidence.nowMs(), value });
        }
        if (name !== NEW_ORDER || fields.get("reduceOnly") === "true") return;
        if (justAccepted(evidence.exchange, accountId, fields, evidence.nowMs()) === null) return;
        const order = evidence.read<Order>(paths.order(accountId, fields.get("newClientOrderId") ?? ""));
        if (order === null || isLaterOnRoute(evidence, order)) return;
        const seen = { touches: asked.get(key) ?? [], navs: navs.get(accountId) ?? [] };
        const sent = sentOf(evidence, order, Number(fields.get("quantity")), seen);
        if (sent === null) return;
        const text = texts.get(order.signalId);
        if (text === undefined) waiting.set(order.signalId, sent);
        else check(evidence, sent, text);
      },
    };
  },
};

function push<T>(into: Map<string, Dated<T>[]>, key: string, value: Dated<T>): void {
  into.set(key, [...(into.get(key) ?? []), value]);
}

/** A later order of a route is a part of what the first was to get: routesStayWithinPlan holds it to that. */
function isLaterOnRoute(evidence: Evidence, { accountId, groupId, request }: Order): boolean {
  const legs = evidence.read<Group>(paths.group(accountId, groupId))?.legs ?? [];
  const steps = legs.flatMap(({ route }) => (route ?? null)?.steps.slice(1) ?? []);
  return steps.some(({ clientOrderId }) => clientOrderId === request.clientOrderId);
}

/** Null where it is not known on which book or config it was decided. */
function sentOf(
  evidence: Evidence,
  order: Order,
  qtyBase: number,
  seen: { readonly touches: readonly Dated<EngineTouch | null>[]; readonly navs: readonly Dated<number>[] },
): Sent | null {
  const config = configOf(evidence, order.accountId, order.basis.configVersion);
  if (config === null || order.sends !== 1) return null;
  const { maxTouchAgeMs = 0 } = config as Partial<AccountConfig>;
  const touchSinceMs = evidence.nowMs() - maxTouchAgeMs - ON_THE_WAY_MS;
  const books = seen.touches.filter(({ atMs }) => atMs >= touchSinceMs).map(({ value }) => value);
  const known = books.filter((book) => book !== null);
  const navSinceMs = evidence.nowMs() - config.maxNavAgeMs - NAV_SLACK_MS;
  // Also the one that was in force at that time.
  const from = Math.max(
    0,
    seen.navs.findLastIndex(({ atMs }) => atMs <= navSinceMs),
  );
  const navUsd = Math.max(...seen.navs.slice(from).map(({ value }) => value));
  if (known.length === 0 || known.length < books.length) return null;
  return { order, qtyBase, books: known, navUsd, config, heldBase: heldBefore(evidence, order) };
}

/**
 * Entries of its group that were decided before it and filled, less everything that the account did the other way since the
 * first of them. One that was decided after it may be filled before it: both are on the wire at once.
 */
function heldBefore({ exchange, read }: Evidence, { accountId, groupId, request }: Order): number {
  const { engine } = exchange;
  const { symbol, clientOrderId, side } = request;
  const group = read<Group>(paths.group(accountId, groupId));
  const ids = group?.orderIds ?? [];
  const before = ids.slice(0, Math.max(0, ids.indexOf(clientOrderId)));
  const ofGroup = new Set(before.map((id) => engine.byClientId.get(`${accountId}|${symbol}|${id}`)));
  const trades = engine.state.trades.filter((each) => each.accountId === accountId && each.symbol === symbol);
  const isEntry = (trade: (typeof trades)[number]) =>
    ofGroup.has(trade.orderId) && trade.side.toLowerCase() === side;
  const first = trades.findIndex(isEntry);
  if (first === -1) return 0;
  const lots = trades.slice(first).reduce((sum, trade) => {
    if (isEntry(trade)) return sum + trade.lots;
    return trade.side.toLowerCase() === side ? sum : sum - trade.lots;
  }, 0);
  return Math.max(0, lots) * (engine.specs.get(symbol)?.lotBase ?? 0);
}

type Fields = Readonly<Record<string, string | number | undefined>>;

function check(evidence: Evidence, sent: Sent, text: string): void {
  const { order, qtyBase, config, books } = sent;
  const strategy = config.strategies[order.strategyId];
  if (strategy === undefined) return;
  const fields = JSON.parse(text) as Fields;
  const most = Math.min(
    mostBase(sent, fields, strategy),
    Number(config.maxOrderNotionalUsd) / lowestOf(books),
  );
  if (qtyBase > most * (1 + ROUNDING))
    evidence.fail(`${order.request.clientOrderId} asks for ${qtyBase}, and ${text} gives ${most} at most`);
  const stopUsd = Number(fields.stopLossPriceUsd ?? Number.NaN);
  const isPassed =
    order.request.side === "buy"
      ? stopUsd >= Math.max(...books.map(({ bidUsd }) => bidUsd))
      : stopUsd <= Math.min(...books.map(({ askUsd }) => askUsd));
  if (isPassed)
    evidence.fail(`${order.request.clientOrderId} opened although its stop ${stopUsd} was passed`);
}

function lowestOf(books: readonly EngineTouch[]): number {
  return Math.min(...books.map(({ bidUsd }) => bidUsd));
}

/** By the alert's own words, else by the strategy's: at the lowest price and the shortest stop that may have counted. */
function mostBase(sent: Sent, fields: Fields, strategy: StrategyConfig): number {
  if (fields.sizeFrom === "target") return Number(fields.marketPositionSize) - sent.heldBase;
  const lowUsd = lowestOf(sent.books);
  const share = shareOf(fields) ?? (fields.notionalUsd === undefined ? ofStrategy(strategy) : null);
  if (share === null) return Number(fields.notionalUsd ?? strategy.orderNotionalUsd) / lowUsd;
  const amountUsd = sent.navUsd * share.part;
  return amountUsd / (share.isRisk ? shortestStopUsd(sent, fields, strategy) : lowUsd);
}

interface Share {
  readonly part: number;
  readonly isRisk: boolean;
}

function shareOf({ navBps, freePct, riskPct, riskBps, ...volatility }: Fields): Share | null {
  const { volatilityTargetPct: target, volatilityPct } = volatility;
  if (target !== undefined)
    return { part: Math.min(Number(target) / Number(volatilityPct), 1), isRisk: false };
  if (navBps !== undefined) return { part: Number(navBps) / BPS, isRisk: false };
  if (freePct !== undefined) return { part: Number(freePct) / 100, isRisk: false };
  if (riskPct !== undefined) return { part: Number(riskPct) / 100, isRisk: true };
  return riskBps === undefined ? null : { part: Number(riskBps) / BPS, isRisk: true };
}

function ofStrategy({ entryShare = null }: Partial<StrategyConfig>): Share | null {
  switch (entryShare?.kind) {
    case "navBps":
      return { part: entryShare.navBps / BPS, isRisk: false };
    case "freeBps":
      return { part: entryShare.freeBps / BPS, isRisk: false };
    case "riskBps":
      return { part: entryShare.riskBps / BPS, isRisk: true };
    case undefined:
      return null;
  }
}

const EXITS = /^(stop|takeProfits|breakEven|trailing|timeLimit)/;

/** Infinite without a stop: then nothing may be sent. */
function shortestStopUsd({ books, config, order }: Sent, fields: Fields, strategy: StrategyConfig): number {
  const lowUsd = lowestOf(books);
  const hasPlan = Object.keys(fields).some((name) => EXITS.test(name));
  const own = hasPlan ? null : (strategy.exits?.stop ?? null);
  const { protectiveStopBps } = config.watchdog;
  const isLong = order.request.side === "buy";
  // One that may only rest is filled at its own touch, which is the nearer one to its stop.
  const rests = order.request.timeInForce === "GTX";
  const pricesUsd = books.map(({ bidUsd, askUsd }) => (isLong === rests ? bidUsd : askUsd));
  const toPrice = Math.min(...pricesUsd.map((each) => Math.abs(each - Number(fields.stopLossPriceUsd))));
  const distances = [
    fields.stopLossPct === undefined ? null : (lowUsd * Number(fields.stopLossPct)) / 100,
    fields.stopDistanceUsd === undefined ? null : Number(fields.stopDistanceUsd),
    fields.stopLossPriceUsd === undefined ? null : toPrice,
    own?.kind === "bps" ? (lowUsd * own.bps) / BPS : null,
    protectiveStopBps === null ? null : (lowUsd * protectiveStopBps) / BPS,
  ].filter((distance) => distance !== null);
  return Math.min(...distances);
}
