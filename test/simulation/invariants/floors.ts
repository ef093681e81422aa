// Positions and their floors over a run, from the matching engine's own trades and conditional orders: when a position was
// larger than the stops that waited under it. The product's records are left unread.
import { CLIENT_STOP_ID } from "#domain/documents/ids.ts";
import { specOf } from "#local/exchange/engine/engine.ts";
import type { AlgoOrder, Trade } from "#local/exchange/engine/state.ts";
import type { SymbolSpec } from "#local/exchange/engine/symbols.ts";
import type { Exchange } from "#local/exchange/exchange.ts";
import type { Span } from "../disturbances.ts";
import { isOurOrder } from "../in-our-name.ts";

/** One symbol of an account without a stop under all of it that a stop can guard there. */
export interface Bare extends Span {
  readonly accountId: string;
  readonly symbol: string;
  /** Most that was held meanwhile. */
  readonly lots: number;
}

/** A change of what is held, or of what waits on one side to close it. */
interface Step {
  readonly atMs: number;
  readonly held: number;
  readonly sells: number;
  readonly buys: number;
}

const NO_STEP = { held: 0, sells: 0, buys: 0 } as const;

/** Spans that ended before `nowMs`, or last until then; in a symbol only until a hand trades in it, since its part has no stop. */
export function bareSpans({ engine }: Exchange, nowMs: number): readonly Bare[] {
  const { trades, algoOrders, orders } = engine.state;
  const stops = Map.groupBy([...algoOrders.values()].filter(isStop), keyOf);
  return [...Map.groupBy(trades, keyOf)].flatMap(([key, ofKey]) => {
    const [{ accountId, symbol } = { accountId: "", symbol: "" }] = ofKey;
    const byHand = ofKey.find(({ orderId }) => isByHand(orders.get(orderId)));
    const untilMs = byHand?.timeMs ?? nowMs;
    const steps = [...ofKey.map(movedBy), ...(stops.get(key) ?? []).flatMap(guardedBy)]
      .filter(({ atMs }) => atMs < untilMs)
      .toSorted((a, b) => a.atMs - b.atMs);
    return bareIn(steps, specOf(engine, symbol), untilMs).map((span) => ({ accountId, symbol, ...span }));
  });
}

function bareIn(
  steps: readonly Step[],
  spec: SymbolSpec,
  untilMs: number,
): readonly (Span & Pick<Bare, "lots">)[] {
  const found: { sinceMs: number; untilMs: number; lots: number }[] = [];
  let now: Omit<Step, "atMs"> = NO_STEP;
  let wasBare = false;
  for (const [place, { atMs, held, sells, buys }] of steps.entries()) {
    now = { held: now.held + held, sells: now.sells + sells, buys: now.buys + buys };
    const nextMs = steps[place + 1]?.atMs ?? untilMs;
    // Of one moment only the last step counts.
    if (nextMs === atMs) continue;
    const lots = Math.abs(now.held);
    const isBare = lots >= spec.minLots && guardOf(now) < Math.min(lots, spec.maxMarketLots);
    const open = wasBare ? found.pop() : undefined;
    if (open !== undefined) found.push(isBare ? joined(open, nextMs, lots) : open);
    else if (isBare) found.push({ sinceMs: atMs, untilMs: nextMs, lots });
    wasBare = isBare;
  }
  return found;
}

function joined(open: Span & Pick<Bare, "lots">, untilMs: number, lots: number) {
  return { sinceMs: open.sinceMs, untilMs, lots: Math.max(open.lots, lots) };
}

/** Lots that wait to close what is held. */
function guardOf({ held, sells, buys }: Omit<Step, "atMs">): number {
  return held > 0 ? sells : buys;
}

function keyOf({ accountId, symbol }: Pick<Trade, "accountId" | "symbol">): string {
  return `${accountId}/${symbol}`;
}

/** Neither ours nor a forced one of the venue, which only shrinks what is held. */
export function isByHand(order: Parameters<typeof isOurOrder>[0] | undefined): boolean {
  if (order === undefined || /autoclose/.test(order.clientOrderId)) return false;
  return !isOurOrder(order) && !CLIENT_STOP_ID.test(order.clientOrderId);
}

function isStop({ orderType, reduceOnly }: AlgoOrder): boolean {
  return orderType === "STOP_MARKET" && reduceOnly;
}

function movedBy({ timeMs, side, lots }: Trade): Step {
  return { ...NO_STEP, atMs: timeMs, held: side === "BUY" ? lots : -lots };
}

/** It guards from when it was taken until it fired or ended. */
function guardedBy({ side, lots, status, createTimeMs, updateTimeMs }: AlgoOrder): readonly Step[] {
  const step = (atMs: number, by: number): Step => ({
    ...NO_STEP,
    atMs,
    ...(side === "SELL" ? { sells: by } : { buys: by }),
  });
  const taken = step(createTimeMs, lots);
  return status === "NEW" ? [taken] : [taken, step(updateTimeMs, -lots)];
}
