// Everything the matching engine remembers, as one plain tree that can be stored and restored.
// Indexes that follow from it (books, client ids) are rebuilt, never stored.

import type { RandomState } from "@ballast/local-serving/random.ts";
import type { CandleSeries } from "./candles.ts";
import type { Regime } from "./regimes.ts";

export type Side = "BUY" | "SELL";
export type TimeInForce = "GTC" | "IOC" | "FOK" | "GTX";
type MarginType = "CROSSED" | "ISOLATED";
export type WorkingType = "CONTRACT_PRICE" | "MARK_PRICE" | "INDEX_PRICE";
export type OrderStatus = "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "EXPIRED" | "EXPIRED_IN_MATCH";
/** Causes of an end that the account did not ask for. */
export type EndCause = "postOnly" | "noLiquidity" | "noFullFill" | "reduceOnly" | "selfMatch" | "liquidation";
export type AlgoType = "STOP" | "STOP_MARKET" | "TAKE_PROFIT" | "TAKE_PROFIT_MARKET";
export type AlgoStatus = "NEW" | "TRIGGERED" | "FINISHED" | "CANCELED" | "EXPIRED" | "REJECTED";

export interface Order {
  readonly orderId: number;
  readonly accountId: string;
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly type: "LIMIT" | "MARKET";
  readonly origType: "LIMIT" | "MARKET" | AlgoType;
  readonly timeInForce: TimeInForce;
  /** 0 for market orders that take any price. */
  priceTicks: number;
  lots: number;
  executedLots: number;
  cumQuoteUsdE8: bigint;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly stopTicks: number;
  readonly workingType: WorkingType;
  status: OrderStatus;
  endedBy?: EndCause;
  readonly timeMs: number;
  updateTimeMs: number;
  /** Place in the queue among orders of one price: lower goes first. */
  queueSeq: number;
  /** Price step at which it last joined the queue; synthetic quotes of later steps stand behind it. */
  restedStep: number;
}

export interface AlgoOrder {
  readonly algoId: number;
  readonly clientAlgoId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly orderType: AlgoType;
  readonly triggerTicks: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly timeInForce: TimeInForce;
  readonly workingType: WorkingType;
  readonly closePosition: boolean;
  readonly reduceOnly: boolean;
  readonly priceProtect: boolean;
  status: AlgoStatus;
  actualOrderId: number;
  readonly createTimeMs: number;
  updateTimeMs: number;
  triggerTimeMs: number;
}

export interface Position {
  /** Signed lots: positive long, negative short, 0 flat. */
  lots: number;
  /** Signed cost of the open lots, exact. */
  entryUsdE8: bigint;
  isolatedWalletUsdE8: bigint;
  leverage: number;
  marginType: MarginType;
  updateTimeMs: number;
}

/** Settings of an account that change how the venue treats it, beside those of single positions. */
export interface AccountSettings {
  dualSidePosition: boolean;
  multiAssetsMargin: boolean;
  feeBurn: boolean;
  canTrade: boolean;
  keyMayTrade: boolean;
  keyMayWithdraw: boolean;
  keyIpRestrict: boolean;
}

export interface Account {
  readonly id: string;
  /** USDT. */
  walletUsdE8: bigint;
  /** Balances of other assets, in 1e-8 of each. They are no margin: single-asset mode. */
  readonly otherE8: Map<string, bigint>;
  positions: Map<string, Position>;
  updateTimeMs: number;
  /** Missing in accounts that were stored before there were settings: those of a new account. */
  settings?: AccountSettings;
}

export interface Trade {
  readonly id: number;
  readonly orderId: number;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
  readonly quoteUsdE8: bigint;
  readonly commissionUsdE8: bigint;
  readonly realizedUsdE8: bigint;
  readonly maker: boolean;
  readonly timeMs: number;
}

export type IncomeType = "TRANSFER" | "REALIZED_PNL" | "FUNDING_FEE" | "COMMISSION" | "INSURANCE_CLEAR";

interface Income {
  readonly tranId: number;
  readonly accountId: string;
  readonly symbol: string;
  readonly type: IncomeType;
  readonly asset: string;
  /** In 1e-8 of the asset. */
  readonly amountE8: bigint;
  readonly info: string;
  readonly tradeId: string;
  readonly timeMs: number;
}

export interface SymbolState {
  midUsd: number;
  markUsdE8: bigint;
  lastTicks: number;
  bidTicks: number;
  askTicks: number;
  fundingRateE8: number;
  candles: CandleSeries;
  /** Synthetic lots taken since the last price step, by ladder level. */
  takenBids: number[];
  takenAsks: number[];
  fundingHistory: { timeMs: number; rateE8: number; markUsdE8: bigint }[];
}

export interface EngineState {
  readonly version: 2;
  /** The venue that it is the state of. Missing in states of Binance, which were stored before there were others. */
  readonly venue?: string;
  readonly seed: number;
  clockMs: number;
  stepIndex: number;
  paused: boolean;
  regime: Regime;
  trendSign: number;
  priceRandom: RandomState;
  symbols: Map<string, SymbolState>;
  accounts: Map<string, Account>;
  /** Accounts by API key. The secrets are throw-away ones of a local exchange. */
  credentials: Map<string, { readonly accountId: string; readonly secret: string }>;
  orders: Map<number, Order>;
  algoOrders: Map<number, AlgoOrder>;
  trades: Trade[];
  incomes: Income[];
  nextOrderId: number;
  nextAlgoId: number;
  nextTradeId: number;
  nextTranId: number;
  nextQueueSeq: number;
}

export const isOpen = (order: Order): boolean =>
  order.status === "NEW" || order.status === "PARTIALLY_FILLED";
