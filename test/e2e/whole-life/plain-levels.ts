// A moment of the life, reckoned from the exchange's own trades and touch by plain arithmetic that shares
// no line with the product: average entry, stop, and what is left of the ladder.
import { Decimal } from "#domain/decimal.ts";
import type { ExchangeState } from "#test/support/stack.ts";
import { type Moment, PLAN, SYMBOL, WAITING_BASE, WAITING_SYMBOL } from "./life.ts";

type DecimalValue = Decimal | string | number;

const BPS = 10_000;
const TICK_USD: Readonly<Record<string, string>> = { [SYMBOL]: "0.1", [WAITING_SYMBOL]: "0.01" };
const STEP_BASE = "0.001";
/** The seed's floor under every position. */
const FLOOR_BPS = 1_500;

/** A position with all that rests for it, in the digits in which the three are compared. */
export interface Position {
  readonly symbol: string;
  readonly qtyBase: string;
  readonly entryUsd: string;
  /** Of resting exits: quantity and price. */
  readonly stop: string | null;
  /** Nearest first. */
  readonly takeProfits: readonly string[];
}

export const qtyText = (qtyBase: DecimalValue): string => new Decimal(qtyBase).toFixed(3);
export const usdText = (usd: DecimalValue): string => new Decimal(usd).toFixed(2);
export const exitText = (qtyBase: DecimalValue, priceUsd: DecimalValue): string =>
  `${qtyText(qtyBase)} at ${usdText(priceUsd)}`;

/** Up, which is in favour of a long position for its stop and its levels alike. */
function onTick(symbol: string, usd: Decimal): Decimal {
  return usd.toNearest(TICK_USD[symbol] ?? Number.NaN, Decimal.ROUND_UP);
}

function away(usd: Decimal, bps: number): Decimal {
  return usd.mul(BPS + bps).div(BPS);
}

/** Paid for each unit that was bought since the exchange had `tradesBefore` trades. */
function averagePaidUsd({ trades }: ExchangeState, symbol: string, tradesBefore: number): Decimal {
  const bought = trades
    .slice(tradesBefore)
    .filter((trade) => trade.symbol === symbol && trade.side === "BUY");
  const sum = (field: "qty" | "quoteQty") =>
    bought.reduce((total, trade) => total.plus(trade[field]), new Decimal(0));
  return sum("quoteQty").div(sum("qty"));
}

function stopUsd(moment: Moment, entryUsd: Decimal, bidUsd: string): Decimal {
  switch (moment.stopAt) {
    case "plan":
      return away(entryUsd, -PLAN.stopBps);
    case "entry":
      return entryUsd;
    case "trail":
      return away(new Decimal(bidUsd), -PLAN.trailingBps);
  }
}

function first(state: ExchangeState, moment: Moment, tradesBefore: number): Position {
  const entryUsd = averagePaidUsd(state, SYMBOL, tradesBefore);
  const stop = stopUsd(moment, entryUsd, state.prices[SYMBOL]?.bidUsd ?? "");
  return {
    symbol: SYMBOL,
    qtyBase: qtyText(moment.heldBase),
    entryUsd: usdText(entryUsd),
    stop: exitText(moment.heldBase, onTick(SYMBOL, stop)),
    takeProfits: PLAN.takeProfits.slice(moment.taken).map(({ atBps, shareBps }) => {
      const share = new Decimal(moment.enteredBase).mul(shareBps).div(BPS);
      return exitText(share.toNearest(STEP_BASE, Decimal.ROUND_DOWN), onTick(SYMBOL, away(entryUsd, atBps)));
    }),
  };
}

function second(state: ExchangeState, tradesBefore: number): Position {
  const entryUsd = averagePaidUsd(state, WAITING_SYMBOL, tradesBefore);
  return {
    symbol: WAITING_SYMBOL,
    qtyBase: qtyText(WAITING_BASE),
    entryUsd: usdText(entryUsd),
    stop: exitText(WAITING_BASE, onTick(WAITING_SYMBOL, away(entryUsd, -FLOOR_BPS))),
    takeProfits: [],
  };
}

/** All that is to be held at the moment. */
export function expectedPositions(
  state: ExchangeState,
  moment: Moment,
  tradesBefore: number,
): readonly Position[] {
  const isHeld = !new Decimal(moment.heldBase).isZero();
  return [
    ...(isHeld ? [first(state, moment, tradesBefore)] : []),
    ...(moment.second === "open" ? [second(state, tradesBefore)] : []),
  ];
}
