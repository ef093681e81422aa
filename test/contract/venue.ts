// Contract of every Venue while the wire is well. The failures are in venue-failures.ts.
import { beforeEach, describe, expect, it } from "vitest";
import { dec, decimalString } from "#domain/decimal.ts";
import type { Market } from "#domain/documents/market.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { VenueReason } from "#domain/documents/words.ts";
import type { Exchange } from "#local/exchange/exchange.ts";
import { createdOrder } from "#ports/created.ts";
import type { Venue, VenueOrder } from "#ports/venue.ts";
import { VenueError } from "#ports/venue.ts";
import type { Dialect } from "./venue-dialects.ts";
import { describeVenueFailures } from "./venue-failures.ts";
import { describeVenueStops } from "./venue-stops.ts";

export interface VenueUnderTest {
  /** Fresh: has made no request yet. */
  readonly venue: Venue;
  /** A second instance on the same exchange: how the books are looked at after the first one failed. */
  readonly observer: Venue;
  readonly exchange: Exchange;
  nowMs(): number;
  /** Requests without an answer fail after this. */
  readonly timeoutMs: number;
  /** Requests that `venue` has sent so far: `POST /fapi/v1/order` … */
  readonly sent: readonly string[];
  /** Lets this time go by. */
  pass(durationMs: number): Promise<void>;
  /** Resolves when requests that were given up have arrived, too. */
  settle(): Promise<void>;
}

/** A venue under test with the market that the suite trades. */
export interface Trading extends VenueUnderTest {
  readonly market: Market;
  /** Asks for an order with a window of three seconds. */
  order(changes?: Partial<OrderRequest>): Promise<VenueOrder>;
}

/** Of the bid: so far below it that the market does not come there while a test lasts, and the venue still takes it. */
export const RESTING = "0.995";

/** A price at this share of the bid, on the tick. */
export async function priceAt(
  { observer, market }: Pick<Trading, "observer" | "market">,
  share: string,
): Promise<string> {
  const [top] = await observer.fetchTopOfBook(["BTCUSDT"]);
  const tick = dec(market.tickSizeUsd);
  return decimalString(
    dec(top?.bidUsd ?? "")
      .mul(share)
      .div(tick)
      .floor()
      .mul(tick),
  );
}

let ids = 0;

/** A quantity a step beyond the largest market order. */
function aStepMore({ maxMarketQtyBase, stepSizeBase }: Market): string {
  return decimalString(dec(maxMarketQtyBase).add(stepSizeBase));
}

/** A market order for 0.010 unless told otherwise, under an id of its own. */
export function newRequest(changes: Partial<OrderRequest> = {}): OrderRequest {
  ids += 1;
  return {
    clientOrderId: `contract-${ids}`,
    symbol: "BTCUSDT",
    side: "buy",
    type: "market",
    qtyBase: "0.01",
    priceUsd: null,
    timeInForce: null,
    reduceOnly: false,
    ...changes,
  };
}

export async function codeOf(call: Promise<unknown>): Promise<readonly [string, string]> {
  const error: unknown = await call.then(
    (value) => new Error(`ended well: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof VenueError) return [error.kind, error.code];
  throw error;
}

/** How a refusal is called: its kind, the venue's own code, and its meaning in words that venues share. */
export async function refusalOf(call: Promise<unknown>): Promise<readonly [string, string, string | null]> {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  if (error instanceof VenueError) return [error.kind, error.code, error.reason];
  throw error instanceof Error ? error : new Error("ended well");
}

export function describeVenue(name: string, dialect: Dialect, create: () => Promise<VenueUnderTest>): void {
  const { codes } = dialect;
  describe(`Venue: ${name}`, () => {
    let trading: Trading;
    beforeEach(async () => {
      const current = await create();
      const markets = await current.observer.fetchMarkets();
      const marketOf = (wanted: string): Market => {
        const found = markets.find(({ symbol }) => symbol === wanted);
        if (found === undefined) throw new Error(`The exchange does not list ${wanted}`);
        // As a market comes back out of a document.
        return JSON.parse(JSON.stringify(found)) as Market;
      };
      const order = (changes: Partial<OrderRequest> = {}) => {
        const request = newRequest(changes);
        const sendDeadlineMs = current.nowMs() + 5_000;
        return createdOrder(current.venue, request, { market: marketOf(request.symbol), sendDeadlineMs });
      };
      trading = { ...current, market: marketOf("BTCUSDT"), order };
    });

    it("tells the venue's time", async () => {
      const before = trading.nowMs();
      const serverTimeMs = await trading.venue.fetchServerTimeMs();
      expect(serverTimeMs).toBeGreaterThanOrEqual(before);
      expect(serverTimeMs).toBeLessThanOrEqual(trading.nowMs());
    });

    it("lists markets with every filter that a decision needs", async () => {
      const { market } = trading;
      expect([market.baseAsset, market.quoteAsset]).toEqual(["BTC", "USDT"]);
      for (const filter of [
        "tickSizeUsd",
        "stepSizeBase",
        "minQtyBase",
        "maxQtyBase",
        "minNotionalUsd",
      ] as const)
        expect(dec(market[filter]).gt(0)).toBe(true);
      expect(dec(market.maxMarketQtyBase).lte(market.maxQtyBase)).toBe(true);
    });

    it("tells the limits of requests that the venue states", async () => {
      expect(await trading.venue.fetchRequestLimits()).toEqual(dialect.requestLimits);
    });

    it("reads the top of several books in one request", async () => {
      const tops = await trading.venue.fetchTopOfBook(["ETHUSDT", "BTCUSDT", "NOSUCHUSDT"]);
      expect(tops.map(({ symbol }) => symbol).sort()).toEqual(["BTCUSDT", "ETHUSDT"]);
      for (const { bidUsd, askUsd } of tops) expect(dec(bidUsd).lt(askUsd)).toBe(true);
      expect(trading.sent).toHaveLength(1);
    });

    it("reads the top of one book in one request, and has none of a symbol that is not listed", async () => {
      const [top, ...others] = await trading.venue.fetchTopOfBook(["ETHUSDT"]);
      expect([top?.symbol, others]).toEqual(["ETHUSDT", []]);
      expect(dec(top?.bidUsd ?? "0").lt(top?.askUsd ?? "0")).toBe(true);
      expect(trading.sent).toHaveLength(1);
      expect(await trading.venue.fetchTopOfBook(["NOSUCHUSDT"])).toEqual([]);
    });

    it("fills a market order in its one request, the first of the instance", async () => {
      const order = await trading.order({ qtyBase: "0.013" });
      expect(trading.sent).toEqual([dialect.order.sent, ...dialect.lookUp]);
      expect(order).toMatchObject({
        status: "FILLED",
        qtyBase: "0.013",
        filledQtyBase: "0.013",
        side: "buy",
      });
      expect(dec(order.averagePriceUsd ?? "0").gt(0)).toBe(true);
    });

    it("keeps position, balance and fills in agreement with the orders", async () => {
      const sinceMs = trading.nowMs();
      const before = await trading.venue.fetchAccount();
      const opened = await trading.order({ qtyBase: "0.02" });
      await trading.order({ qtyBase: "0.005", side: "sell", reduceOnly: true });
      expect(await trading.venue.fetchPositions()).toEqual([
        { symbol: "BTCUSDT", side: "long", qtyBase: "0.015", entryPriceUsd: expect.any(String) },
      ]);
      const fills = await trading.venue.fetchFills(trading.market, sinceMs);
      const ofOpening = fills.filter(({ venueOrderId }) => venueOrderId === opened.venueOrderId);
      expect(decimalString(ofOpening.reduce((sum, { qtyBase }) => sum.add(qtyBase), dec("0")))).toBe("0.02");
      expect(fills.map(({ isMaker }) => isMaker)).not.toContain(true);
      // Fees and realised profit add up to exactly the change of the wallet.
      const after = await trading.venue.fetchAccount();
      const booked = fills.reduce((sum, fill) => sum.add(fill.realizedPnlUsd).sub(fill.fee), dec("0"));
      expect(decimalString(dec(after.walletUsd).sub(before.walletUsd))).toBe(decimalString(booked));
    });

    it("explains every change of every balance by income", async () => {
      const before = await trading.venue.fetchAccount();
      const sinceMs = trading.nowMs();
      await trading.order({ qtyBase: "0.02" });
      await trading.order({ qtyBase: "0.02", side: "sell", reduceOnly: true });
      trading.exchange.admin("deposit", { amountUsd: "250.5" });
      trading.exchange.admin("deposit", { asset: "BNB", qty: "2" });
      trading.exchange.admin("withdraw", { asset: "BNB", qty: "0.5" });
      trading.exchange.admin("income", { incomeType: "FUNDING_FEE", lossUsd: "1.25" });
      const after = await trading.venue.fetchAccount();
      const incomes = (await trading.venue.fetchIncome(sinceMs)).filter(
        // The account's own first deposit may share the millisecond.
        ({ amount }) => amount !== before.walletUsd,
      );
      const sumOf = (asset: string) =>
        decimalString(
          incomes
            .filter((income) => income.asset === asset)
            .reduce((sum, { amount }) => sum.add(amount), dec("0")),
        );
      expect(sumOf("USDT")).toBe(decimalString(dec(after.walletUsd).sub(before.walletUsd)));
      expect(after.others).toEqual([{ asset: "BNB", qty: "1.5" }]);
      expect(sumOf("BNB")).toBe("1.5");
      const kinds = new Set(incomes.map(({ kind }) => kind));
      expect(kinds).toEqual(new Set(["realizedPnl", "commission", "transfer", "fundingFee"]));
      expect(new Set(incomes.map(({ incomeId }) => incomeId)).size).toBe(incomes.length);
    });

    it("values what is held at one moment, and knows what it cost", async () => {
      const sinceMs = trading.nowMs();
      await trading.order({ side: "sell", qtyBase: "0.02" });
      const account = await trading.venue.fetchAccount();
      const fills = await trading.venue.fetchFills(trading.market, sinceMs);
      const sold = fills.reduce(
        (sum, { qtyBase, priceUsd }) => sum.add(dec(qtyBase).mul(priceUsd)),
        dec("0"),
      );
      const [held] = account.positions;
      expect(held).toMatchObject({ symbol: "BTCUSDT", side: "short", qtyBase: "0.02" });
      expect(
        dec(held?.entryCostUsd ?? "0")
          .sub(sold)
          .abs()
          .lt("0.00001"),
      ).toBe(true);
      // A short is worth its cost less what has been gained since.
      const worth = dec(held?.entryCostUsd ?? "0").sub(held?.unrealizedPnlUsd ?? "0");
      expect(
        worth
          .sub(held?.notionalUsd ?? "0")
          .abs()
          .lt("0.00001"),
      ).toBe(true);
      expect(account.margin).toMatchObject([{ symbol: null, notionalUsd: held?.notionalUsd }]);
      expect(account.asOfMs).toBeLessThanOrEqual(trading.nowMs());
    });

    it("explains what one symbol did to the wallet by its own income", async () => {
      const before = await trading.venue.fetchAccount();
      const sinceMs = trading.nowMs();
      await trading.order({ qtyBase: "0.02" });
      await trading.order({ qtyBase: "0.02", side: "sell", reduceOnly: true });
      const after = await trading.venue.fetchAccount();
      const incomes = await trading.venue.fetchIncomeOf(trading.market, sinceMs);
      const sum = incomes.reduce((total, { amount }) => total.add(amount), dec("0"));
      expect(decimalString(sum)).toBe(decimalString(dec(after.walletUsd).sub(before.walletUsd)));
      expect(new Set(incomes.map(({ symbol }) => symbol))).toEqual(new Set(["BTCUSDT"]));
      expect(await trading.venue.fetchIncomeOf({ ...trading.market, symbol: "ETHUSDT" }, sinceMs)).toEqual(
        [],
      );
    });

    it("tells how the account is set, and the brackets of the symbols that are listed", async () => {
      const settings = await trading.venue.fetchSettings(["BTCUSDT", "NOSUCHUSDT"]);
      expect(settings).toMatchObject({ positionMode: "oneWay", mayTrade: true, feesInCoin: false });
      expect(Object.keys(settings.symbols)).toEqual(["BTCUSDT"]);
      const { BTCUSDT } = settings.symbols;
      expect(BTCUSDT).toMatchObject({ marginType: "cross", leverage: expect.any(Number) });
      const caps = (BTCUSDT?.brackets ?? []).map(({ notionalCapUsd }) => Number(notionalCapUsd));
      expect(caps.length).toBeGreaterThan(1);
      expect(caps).toEqual(caps.toSorted((a, b) => a - b));
      for (const { maintenanceRate } of BTCUSDT?.brackets ?? [])
        expect(dec(maintenanceRate).lt("0.6")).toBe(true);
      expect(dec(BTCUSDT?.brackets[0]?.maintenanceRate ?? "1").lt("0.02")).toBe(true);
    });

    it("has no minute prices of a symbol that is not listed", async () => {
      expect(await trading.venue.fetchMinutePrices("NOSUCHUSDT", trading.nowMs())).toEqual([]);
    });

    it("leaves no position when one is closed", async () => {
      await trading.order({ side: "sell" });
      expect(await trading.venue.fetchPositions()).toMatchObject([{ side: "short", qtyBase: "0.01" }]);
      await trading.order({ side: "buy", reduceOnly: true });
      expect(await trading.venue.fetchPositions()).toEqual([]);
    });

    it("follows a resting order from acceptance to cancellation", async () => {
      const { venue, market } = trading;
      const priceUsd = await priceAt(trading, RESTING);
      const order = await trading.order({ type: "limit", priceUsd, timeInForce: "GTX" });
      expect(order).toMatchObject({ status: "ACCEPTED", filledQtyBase: "0", averagePriceUsd: null });
      expect(await venue.findOrder(market, order.clientOrderId)).toMatchObject({ status: "ACCEPTED" });
      expect(await venue.fetchOpenOrders([market])).toMatchObject([{ clientOrderId: order.clientOrderId }]);
      const canceled = await venue.cancelOrder(market, order.clientOrderId);
      expect(canceled).toMatchObject({ clientOrderId: order.clientOrderId, status: "CANCELED" });
      expect(await venue.fetchOpenOrders([market])).toEqual([]);
      expect(await venue.findOrder(market, order.clientOrderId)).toMatchObject({ status: "CANCELED" });
    });

    it("answers null for an order that the venue does not know, and for a cancel that comes too late", async () => {
      const { venue, market } = trading;
      expect(await venue.findOrder(market, "never-sent")).toBeNull();
      expect(await venue.cancelOrder(market, "never-sent")).toBeNull();
      const filled = await trading.order();
      expect(await venue.cancelOrder(market, filled.clientOrderId)).toBeNull();
    });

    it("ends an immediate order that finds no price", async () => {
      const priceUsd = await priceAt(trading, RESTING);
      const order = await trading.order({ type: "limit", priceUsd, timeInForce: "IOC" });
      expect(order).toMatchObject({ status: "EXPIRED", filledQtyBase: "0" });
    });

    describe("a refusal keeps the venue's own code, and is called by its meaning", () => {
      it.each<[VenueReason, () => Promise<Partial<OrderRequest>>]>([
        [
          "wouldTake",
          async () => {
            // Above the ask also where prices have moved on since they were read.
            return { type: "limit", priceUsd: await priceAt(trading, "1.01"), timeInForce: "GTX" };
          },
        ],
        ["nothingToReduce", async () => ({ reduceOnly: true })],
        ["belowMinimum", async () => dialect.tooSmall],
        ["aboveMaximum", async () => ({ qtyBase: aStepMore(trading.market) })],
        ["noMargin", async () => ({ qtyBase: "100" })],
        [
          "priceBand",
          async () => ({
            type: "limit",
            priceUsd: await priceAt(trading, dialect.beyondBand),
            timeInForce: "GTC",
          }),
        ],
      ])("%s", async (reason, changes) => {
        const asked = await changes();
        expect(await refusalOf(trading.order(asked))).toEqual([
          "rejected",
          codes[reason as keyof typeof codes],
          reason,
        ]);
      });
    });

    it("does not open a second order under the id of one that is open", async () => {
      const first = newRequest({
        type: "limit",
        priceUsd: await priceAt(trading, RESTING),
        timeInForce: "GTC",
      });
      await trading.order(first);
      // The first one may be our own, sent before a crash: only a look-up can tell.
      expect(await codeOf(trading.order(first))).toEqual(["unknown", codes.duplicate]);
      expect(await trading.venue.fetchOpenOrders([trading.market])).toHaveLength(1);
    });

    describeVenueStops(() => trading, dialect);
    describeVenueFailures(() => trading, dialect);
  });
}
