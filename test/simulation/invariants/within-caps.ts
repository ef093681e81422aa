// Rule 5, fresh ground (docs/RULES.md): an entry finds room under its caps beside every position that the matching engine
// had for as long as the product could have seen it, and is never netted against one that no group accounts for.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { answersAreFrozen, justAccepted, positionsSince } from "./engine-truth.ts";
import { type Change, configOf, type Evidence, type Invariant, type Landed, NEW_ORDER } from "./invariant.ts";

/**
 * A position counts as seen when it has stood since this long before the NAV of the decision: a run of NAV with every
 * answer at its slowest, and clocks that disagree. Longer than the product's own margin, so weaker than its promise.
 */
const SEEN_BEFORE_NAV_MS = 60_000;
const ROUNDING = 1e-9;

/** An entry as it was stored. */
interface Stored {
  readonly order: Order;
  /** Times of the last change of each symbol's orders and groups before it. */
  readonly changedAtMs: ReadonlyMap<string, number>;
}

export const entriesKeepTheCaps: Invariant = {
  rule: 5,
  name: "entriesKeepTheCaps",
  says: "An entry leaves symbol, gross, long and short exposure within their caps, counting every position that the venue held when the NAV was read; in the symbol of one that no group accounts for there is none.",
  watch(evidence) {
    const changedAtMs = new Map<string, number>();
    const entries = new Map<string, Stored>();
    const prices = new LowestPrices(evidence);
    let frozenAtMs = Number.NEGATIVE_INFINITY;
    const look = (): void => {
      prices.note();
      if (answersAreFrozen(evidence.exchange)) frozenAtMs = evidence.nowMs();
    };
    return {
      landed(commit) {
        look();
        const order = newEntry(commit);
        if (order !== null) {
          const stored = { order, changedAtMs: new Map(changedAtMs) };
          entries.set(order.request.clientOrderId, stored);
          if (frozenAtMs < seenSinceMs(order)) checkAccountedFor(evidence, commit, stored);
        }
        for (const change of commit.changes) {
          const symbol = symbolOf(change);
          if (symbol !== null) changedAtMs.set(`${change.accountId}|${symbol}`, evidence.nowMs());
        }
      },
      handled({ name, accountId, fields }) {
        look();
        if (name !== NEW_ORDER || fields.get("reduceOnly") === "true") return;
        const id = fields.get("newClientOrderId") ?? "";
        const stored = entries.get(id);
        const orderId = justAccepted(evidence.exchange, accountId, fields, evidence.nowMs());
        if (stored === undefined || orderId === null) return;
        if (frozenAtMs < seenSinceMs(stored.order)) checkCaps(evidence, stored, prices, orderId);
      },
    };
  },
};

/** The lowest price of every symbol since a time, as far as somebody could have seen it. */
class LowestPrices {
  readonly #evidence: Evidence;
  readonly #seen = new Map<string, { readonly atMs: number; readonly priceUsd: number }[]>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  note(): void {
    for (const [symbol, { midUsd }] of this.#evidence.exchange.engine.state.symbols) {
      const seen = this.#seen.get(symbol) ?? [];
      if (seen.at(-1)?.priceUsd === midUsd) continue;
      seen.push({ atMs: this.#evidence.nowMs(), priceUsd: midUsd });
      this.#seen.set(symbol, seen);
    }
  }

  /** Also the one that was in force at that time. */
  since(symbol: string, sinceMs: number): number {
    const seen = this.#seen.get(symbol) ?? [];
    const from = seen.findLastIndex(({ atMs }) => atMs <= sinceMs);
    return Math.min(...seen.slice(Math.max(0, from)).map(({ priceUsd }) => priceUsd));
  }
}

function seenSinceMs({ basis }: Order): number {
  return (basis.nav?.asOfMs ?? 0) - SEEN_BEFORE_NAV_MS;
}

function newEntry({ changes }: Landed): Order | null {
  const created = changes.find(({ path, before }) => path.includes("/orders/") && before === null);
  const order = (created?.after ?? null) as unknown as Order | null;
  return order === null || order.request.reduceOnly ? null : order;
}

/** Of an order or a group. */
function symbolOf({ path, after, before }: Change): string | null {
  if (path.includes("/orders/")) return (after as unknown as Order | null)?.request.symbol ?? null;
  if (!path.includes("/groups/")) return null;
  return ((after ?? before) as unknown as Group | null)?.symbol ?? null;
}

/** Signed, and smallest in size since the NAV was read: zero where it was ever flat or on the other side. */
function leastHeldBase(
  evidence: Evidence,
  accountId: string,
  symbol: string,
  of: { readonly sinceMs: number; readonly without: number | null },
): number {
  const path = positionsSince(evidence.exchange, accountId, symbol, of);
  const [first = 0] = path;
  if (path.some((each) => Math.sign(each) !== Math.sign(first))) return 0;
  return Math.sign(first) * Math.min(...path.map(Math.abs));
}

/**
 * A rest at the venue that no group accounts for, too little for any order: no person could close it, and it bars no entry.
 * What the books have too much is none: it can be put right, and has to be first.
 */
function isStrayRest(
  { exchange }: Evidence,
  symbol: string,
  { heldBase, booked }: { readonly heldBase: number; readonly booked: number },
): boolean {
  const isGone = heldBase === 0 || (heldBase * booked > 0 && Math.abs(heldBase) < Math.abs(booked));
  const spec = exchange.engine.specs.get(symbol);
  return !isGone && spec !== undefined && Math.abs(heldBase - booked) < (spec.minLots - 0.5) * spec.lotBase;
}

/** Books that have not changed since before the NAV hold what the venue holds, or no entry is added to them. */
function checkAccountedFor(evidence: Evidence, commit: Landed, { order, changedAtMs }: Stored): undefined {
  const { accountId, request } = order;
  const control = commit.changes.find(({ path }) => path === paths.control(accountId))?.before;
  const sinceMs = seenSinceMs(order);
  if (control == null || (changedAtMs.get(`${accountId}|${request.symbol}`) ?? 0) >= sinceMs) return;
  const path = positionsSince(evidence.exchange, accountId, request.symbol, { sinceMs, without: null });
  if (path.length > 1) return;
  const [heldBase = 0] = path;
  const { slots, reservations, dust = {} } = control as unknown as ControlState;
  if (Object.values(reservations).some(({ symbol }) => symbol === request.symbol)) return;
  const booked = Object.values(slots)
    .filter(({ symbol }) => symbol === request.symbol)
    .reduce(
      (sum, { side, qtyBase }) => sum + (side === "long" ? 1 : -1) * Number(qtyBase),
      Number(dust[request.symbol] ?? "0"),
    );
  if (Math.abs(heldBase - booked) <= Math.abs(heldBase) * ROUNDING) return;
  const hasGroup = Object.values(slots).some(({ symbol }) => symbol === request.symbol);
  if (!hasGroup && isStrayRest(evidence, request.symbol, { heldBase, booked })) return;
  evidence.fail(
    `the entry ${request.clientOrderId} was ordered in ${request.symbol} while the venue held ${heldBase} and the books ${booked}`,
  );
}

function checkCaps(
  evidence: Evidence,
  { order, changedAtMs }: Stored,
  prices: LowestPrices,
  without: number | null,
) {
  const { accountId, request, basis } = order;
  const config = configOf(evidence, accountId, basis.configVersion);
  if (config === null) return;
  const sinceMs = seenSinceMs(order);
  const heldUsd = [...evidence.exchange.engine.specs.keys()].flatMap((symbol) => {
    // Its own orders may have changed it meanwhile: the books then know better than any NAV.
    if ((changedAtMs.get(`${accountId}|${symbol}`) ?? 0) >= sinceMs) return [];
    const base = leastHeldBase(evidence, accountId, symbol, { sinceMs, without });
    return [{ symbol, usd: base * prices.since(symbol, sinceMs) }];
  });
  const sign = request.side === "buy" ? 1 : -1;
  const own = {
    symbol: request.symbol,
    usd: sign * Number(request.qtyBase) * prices.since(request.symbol, sinceMs),
  };
  for (const { name, limitUsd, concerns } of capsOf(config, own)) {
    const usd = [...heldUsd, own].filter(concerns).reduce((sum, each) => sum + Math.abs(each.usd), 0);
    if (limitUsd === null || usd <= Number(limitUsd) * (1 + ROUNDING)) continue;
    evidence.fail(
      `the entry ${request.clientOrderId} makes ${usd} USD of ${name} at the venue; the cap is ${limitUsd}`,
    );
  }
}

interface Exposure {
  readonly symbol: string;
  readonly usd: number;
}

function capsOf(config: AccountConfig, own: Exposure) {
  const every = (): boolean => true;
  const isSymbols = ({ symbol }: Exposure): boolean => symbol === own.symbol;
  const isOnSide = ({ usd }: Exposure): boolean => Math.sign(usd) === Math.sign(own.usd);
  const sideUsd = own.usd > 0 ? config.maxLongExposureUsd : config.maxShortExposureUsd;
  return [
    { name: own.symbol, limitUsd: config.maxSymbolExposureUsd, concerns: isSymbols },
    { name: "gross exposure", limitUsd: config.maxGrossExposureUsd, concerns: every },
    { name: "exposure on its side", limitUsd: sideUsd, concerns: isOnSide },
  ];
}
