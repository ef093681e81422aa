// An exchange as the application sees it. Amounts are decimal strings already on the venue's steps; errors come in
// five kinds and no other. An adapter must never retry an order creation by itself.
import type { DecimalString } from "#domain/decimal.ts";
import type { VenueId } from "#domain/documents/account.ts";
import type { AssetBalance, Income } from "#domain/documents/income.ts";
import type { Market, RequestLimits, TopOfBook } from "#domain/documents/market.ts";
import type { OrderRequest, OrderType, Rejection, VenueOrderStatus } from "#domain/documents/order.ts";
import type { MinutePrice, Trade } from "#domain/documents/trade.ts";
import type { KnownSettings, VenueSettings } from "#domain/documents/venue-settings.ts";
import type { ExitKind, OrderSide, Side, VenueReason } from "#domain/documents/words.ts";
import type { AccountPosition } from "#domain/nav/equity.ts";
import type { PoolFacts } from "#domain/nav/margin.ts";
import type { Clock } from "./clock.ts";
import type { Identity } from "./identity.ts";
import type { Logger } from "./logger.ts";
import type { VenueKeys } from "./secrets.ts";

/** Why a venue closes a position by force: it was liquidated, taken for another's profit, or its contract was settled. */
export type ForcedFor = "liquidation" | "adl" | "settlement";

/** The venue's word on one order. */
export interface VenueOrder {
  readonly clientOrderId: string;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  /** `other`: a kind that Ballast never sends. */
  readonly type: OrderType | "other";
  readonly status: VenueOrderStatus;
  readonly qtyBase: DecimalString;
  /** Null for an order without a price of its own. */
  readonly priceUsd: DecimalString | null;
  readonly filledQtyBase: DecimalString;
  readonly averagePriceUsd: DecimalString | null;
  readonly reduceOnly: boolean;
  /** Venue's time of the last change. */
  readonly updatedAtMs: number;
  /** Of an order that the venue made itself, to close by force: for what. */
  readonly forcedFor?: ForcedFor;
  /** Of a REJECTED order, where the venue refuses one only after it has acknowledged it: why. */
  readonly rejection?: Rejection;
}

/**
 * A venue's answer to a creation that tells ids alone: it has the request, and may have filled or refused it since. What came
 * of it is a question of its own, which `createdOrder` and `createdStop` ask (created.ts).
 */
export interface Acknowledged {
  readonly acknowledged: true;
  /** Ours, of the order or of the stop. */
  readonly clientOrderId: string;
  readonly venueOrderId: string;
}

export interface VenuePosition {
  readonly symbol: string;
  readonly side: Side;
  readonly qtyBase: DecimalString;
  readonly entryPriceUsd: DecimalString;
}

/** Wallet and positions of one moment. */
export interface VenueAccount {
  /** Wallet balance in the settlement currency, without unrealised profit. */
  readonly walletUsd: DecimalString;
  /** Wallet balances of other assets, zeroes left out; in no USD figure of the venue. */
  readonly others: readonly AssetBalance[];
  /** Only positions of non-zero quantity. */
  readonly positions: readonly AccountPosition[];
  /** Collateral against maintenance margin, of the same moment; missing where the venue does not tell it. */
  readonly margin?: readonly PoolFacts[];
  readonly asOfMs: number;
}

export type VenueIncome = Income;

export type VenueFill = Trade;

/**
 * An exit that is to rest at the venue: reduce-only, at market once the mark price reaches the trigger; a stop by moving
 * against the position, a take-profit by moving in its favour.
 */
export interface StopRequest {
  readonly clientStopId: string;
  readonly kind: ExitKind;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly qtyBase: DecimalString;
  readonly triggerPriceUsd: DecimalString;
}

/**
 * RESTING: waits for its trigger. FIRED: its order is in the market and may still fill. DONE: that order has ended.
 * CANCELED: withdrawn before it fired, by us or by the venue. REFUSED: it fired, and its order was not taken.
 */
export type VenueStopStatus = "RESTING" | "FIRED" | "DONE" | "CANCELED" | "REFUSED";

/** The venue's word on one conditional order. */
export interface VenueStop extends Omit<StopRequest, "kind"> {
  /** `other`: one that fires in neither of these ways, placed by hand. */
  readonly kind: ExitKind | "other";
  readonly status: VenueStopStatus;
  /** Quantity that its order took from the position: zero before it fired, final once it is DONE. */
  readonly filledQtyBase: DecimalString;
  readonly averagePriceUsd: DecimalString | null;
  /** The order that it became; null before it fired. */
  readonly venueOrderId: string | null;
  readonly updatedAtMs: number;
}

export interface CreateOrderOptions {
  readonly market: Market;
  /** Venue must refuse the request if it arrives after this time; sent as the signed receive window. */
  readonly sendDeadlineMs: number;
}

export interface Venue {
  fetchServerTimeMs(): Promise<number>;
  fetchMarkets(): Promise<readonly Market[]>;
  /** Limits of requests that the venue states to everybody. */
  fetchRequestLimits(): Promise<RequestLimits>;
  /** One request, a small one for a single symbol. A symbol without a bid or an ask is missing in the answer. */
  fetchTopOfBook(symbols: readonly string[]): Promise<readonly TopOfBook[]>;
  /** Of one moment: one request, or several that are proved to agree. */
  fetchAccount(): Promise<VenueAccount>;
  /** Only positions of non-zero quantity; from another endpoint than `fetchAccount`, where the venue has one. */
  fetchPositions(): Promise<readonly VenuePosition[]>;
  /**
   * One HTTP request. Throws VenueError; kind `unknown` when only the venue can say what became of it. Acknowledged alone,
   * where the venue answers before it has judged the order.
   */
  createOrder(request: OrderRequest, options: CreateOrderOptions): Promise<VenueOrder | Acknowledged>;
  /** The order as the venue has it, or null when the venue says that it does not know the id. */
  findOrder(market: Market, clientOrderId: string): Promise<VenueOrder | null>;
  /** The order after cancelling; null when the venue says that it does not know it (any more). */
  cancelOrder(market: Market, clientOrderId: string): Promise<VenueOrder | null>;
  /** Every resting order, ours or placed by hand; `all`: in every symbol. */
  fetchOpenOrders(markets: readonly Market[] | "all"): Promise<readonly VenueOrder[]>;
  /**
   * Everything that moved a wallet balance since then, oldest first: the sum is the balance's change. Throws
   * IncomeCutOffError where there is more than one reading may take.
   */
  fetchIncome(sinceMs: number): Promise<readonly VenueIncome[]>;
  /**
   * One HTTP request, and the same errors as an order. `rejected` with the reason `wouldFireNow`: the price is beyond the trigger already, so
   * that it would fire at once.
   */
  createStop(request: StopRequest, options: CreateOrderOptions): Promise<VenueStop | Acknowledged>;
  /** The stop with what its order came to, or null when the venue says that it does not know the id. */
  findStop(market: Market, clientStopId: string): Promise<VenueStop | null>;
  /** Whether this withdrew it; false when the venue says that nothing under the id waits (any more). */
  cancelStop(market: Market, clientStopId: string): Promise<boolean>;
  /** Every waiting conditional order of every kind, ours or placed by hand; `all`: in every symbol. */
  fetchOpenStops(markets: readonly Market[] | "all"): Promise<readonly VenueStop[]>;
  /** The account's trades in a symbol since then, oldest first. */
  fetchFills(market: Market, sinceMs: number): Promise<readonly VenueFill[]>;
  /** The same as `fetchIncome`, of one symbol. */
  fetchIncomeOf(market: Market, sinceMs: number): Promise<readonly VenueIncome[]>;
  /** An order by the venue's own id, also one that was not ours; null when the venue says that it does not know it. */
  findOrderById(market: Market, venueOrderId: string): Promise<VenueOrder | null>;
  /** Last prices of the minutes from then on, oldest first: at most a thousand. Empty for a symbol that is not listed. */
  fetchMinutePrices(symbol: string, fromMs: number): Promise<readonly MinutePrice[]>;
  /**
   * How the account is set at the venue, and margin type, leverage and brackets of these symbols. Throws
   * SettingsIncompleteError where only a part of it was answered.
   */
  fetchSettings(symbols: readonly string[]): Promise<VenueSettings>;
}

/** A ban of our address, as all accounts of the venue know it. */
export interface KnownBan {
  /** Its end; in the past where there is none. */
  untilMs(): number;
  /** Told of every answer that begins one, with its end. */
  met(untilMs: number): void;
}

/** All that a client of one account's venue is made of. */
interface VenueParts {
  readonly accountId: string;
  readonly venue: VenueId;
  /** Null for a client that asks only what the venue tells everybody. */
  readonly keys: VenueKeys | null;
  /** Told of every answer that refuses the keys themselves. */
  readonly onKeysRefused: () => void;
  /** In place of the venue's production hosts; null: production itself. */
  readonly origin: string | null;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly logger: Logger;
  readonly requestTimeoutMs: number;
  /** As the venue has stated them last, asked for with each request; null: the documented ones count. */
  readonly requestLimits: () => RequestLimits | null;
  readonly ban: KnownBan;
}

/** Makes a client; opens no connection before its first call. Throws for a venue that it does not know. */
export type OpenVenue = (parts: VenueParts) => Venue | Promise<Venue>;

/**
 * rejected: the venue refused, and will refuse again. retryable: not processed, and a later try may work
 * (rate limit, our network before sending). unknown: it may have happened. banned: not processed, and refused
 * until `retryAtMs`. clock: refused, and not processed, because our timestamp is off.
 */
export type VenueErrorKind = "rejected" | "retryable" | "unknown" | "banned" | "clock";

export class VenueError extends Error {
  readonly kind: VenueErrorKind;
  /** The venue's raw code (`-2019`), or `HTTP_503`, `TIMEOUT`, `RESET` … when it gave none. */
  readonly code: string;
  readonly retryAtMs: number | null;
  /** The meaning of the refusal in words that venues share; null where it has none. */
  readonly reason: VenueReason | null;
  /** Set where the refusal stands for the whole account, until somebody has done this. */
  readonly accountRemedy: string | null;
  constructor(
    kind: VenueErrorKind,
    code: string,
    message: string,
    details: { retryAtMs?: number; cause?: unknown; accountRemedy?: string; reason?: VenueReason } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = "VenueError";
    this.kind = kind;
    this.code = code;
    this.retryAtMs = details.retryAtMs ?? null;
    this.reason = details.reason ?? null;
    this.accountRemedy = details.accountRemedy ?? null;
  }
}

/** As it is stored with an order or an exit. */
export function rejectionOf({ code, message, reason }: VenueError): Rejection {
  return { code, message, ...(reason === null ? {} : { reason }) };
}

/** There was more income than one reading takes. What was read is whole up to its last row: go on from there. */
export class IncomeCutOffError extends VenueError {
  readonly incomes: readonly VenueIncome[];
  constructor(sinceMs: number, incomes: readonly VenueIncome[]) {
    const since = new Date(sinceMs).toISOString();
    super("rejected", "TOO_MUCH_INCOME", `Over ${incomes.length} incomes since ${since}: ask from later`);
    this.name = "IncomeCutOffError";
    this.incomes = incomes;
  }
}

/** A part of the settings was not answered. The other parts count: they are of now. */
export class SettingsIncompleteError extends VenueError {
  readonly known: KnownSettings;
  constructor(first: VenueError, known: KnownSettings) {
    const { kind, code, message, retryAtMs, accountRemedy } = first;
    super(kind, code, message, {
      cause: first,
      ...(retryAtMs === null ? {} : { retryAtMs }),
      ...(accountRemedy === null ? {} : { accountRemedy }),
    });
    this.name = "SettingsIncompleteError";
    this.known = known;
  }
}

/** A row of an answer that cannot be read. */
export interface UnreadRow {
  readonly of: "symbol" | "asset";
  readonly subject: string;
  readonly reason: string;
}

/**
 * An answer of which some rows cannot be read, each named. A caller that needs the whole answer fails with it; one that
 * can do without these rows goes on with `readable`, and takes their subjects for unknown, never for empty.
 */
export class PartlyReadError<T> extends VenueError {
  readonly readable: T;
  readonly unread: readonly UnreadRow[];
  constructor(what: string, readable: T, unread: readonly UnreadRow[]) {
    const rows = unread.map(({ subject, reason }) => `${subject} (${reason})`).join(", ");
    super("rejected", "UNREADABLE_ROWS", `The venue's ${what} cannot be read for ${rows}`);
    this.name = "PartlyReadError";
    this.readable = readable;
    this.unread = unread;
  }
}

/** The rows that could be read, beside those that could not. */
export async function partly<T>(
  asked: Promise<T>,
): Promise<{ readonly readable: T; readonly unread: readonly UnreadRow[] }> {
  try {
    return { readable: await asked, unread: [] };
  } catch (error) {
    if (!(error instanceof PartlyReadError)) throw error;
    return error as PartlyReadError<T>;
  }
}

/** The readable rows for a caller that asks about one symbol. Throws PartlyReadError where that one's row is not readable. */
export async function partlyFor<T>(asked: Promise<T>, symbol: string): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof PartlyReadError) || error.unread.some((row) => mayBeOf(row, symbol))) throw error;
    return (error as PartlyReadError<T>).readable;
  }
}

function mayBeOf({ of, subject }: UnreadRow, symbol: string): boolean {
  return of === "symbol" && (subject === symbol || subject === UNNAMED_ROW);
}

/** Subject of a row that does not say whose it is: it may be anybody's. */
export const UNNAMED_ROW = "unnamed";
