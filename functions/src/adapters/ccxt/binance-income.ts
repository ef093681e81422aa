// Reads every income of an account's wallets since a time, oldest first, page by page. Bounded: income beyond the bound is
// an error that carries the rows which were read, never a silent gap. Rows are told apart by everything that they say.
import { z } from "zod";
import type { IncomeKind } from "#domain/documents/income.ts";
import { IncomeCutOffError, type VenueIncome } from "#ports/venue.ts";
import { incomeShape, type RawIncome } from "./binance-shapes.ts";
import { read } from "./venue-shapes.ts";

/** The endpoint's largest page. */
const PAGE_SIZE = 1_000;
/** Each page costs 30 of the 2,400 that a minute has; twenty leave room for everything else. */
const MAX_PAGES = 20;
/** The endpoint keeps three months; 89 days stay inside any three. */
const MAX_AGE_MS = 89 * 24 * 3_600_000;

/** Money that came or went, not money that was earned or lost. */
const TRANSFERS: ReadonlySet<string> = new Set([
  "TRANSFER",
  "INTERNAL_TRANSFER",
  "CROSS_COLLATERAL_TRANSFER",
  "STRATEGY_UMFUTURES_TRANSFER",
  "COIN_SWAP_DEPOSIT",
  "COIN_SWAP_WITHDRAW",
  "WELCOME_BONUS",
]);
const COMMISSIONS: ReadonlySet<string> = new Set([
  "COMMISSION",
  "COMMISSION_REBATE",
  "API_REBATE",
  "FEE_RETURN",
]);

export type IncomePage = (query: Readonly<Record<string, number>>) => Promise<unknown>;

/** Income with `time` ≥ `sinceMs`. Throws IncomeCutOffError beyond 20 pages. */
export async function readIncome(
  sinceMs: number,
  nowMs: number,
  fetchPage: IncomePage,
): Promise<readonly VenueIncome[]> {
  const startTime = Math.max(sinceMs, nowMs - MAX_AGE_MS);
  const rows: RawIncome[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await fetchPage({ startTime, limit: PAGE_SIZE, page });
    const part = read(z.array(incomeShape), answer, "income");
    rows.push(...part);
    if (part.length < PAGE_SIZE) return once(rows.map(incomeOf));
  }
  throw new IncomeCutOffError(sinceMs, settled(once(rows.map(incomeOf))));
}

/** A millisecond that the bound may have cut in two is left for the next reading, unless there is no other. */
function settled(incomes: readonly VenueIncome[]): readonly VenueIncome[] {
  const lastMs = incomes.at(-1)?.atMs;
  const before = incomes.filter(({ atMs }) => atMs !== lastMs);
  return before.length > 0 ? before : incomes;
}

function incomeOf(raw: RawIncome): VenueIncome {
  const { incomeType, tranId, asset, income, time, symbol, tradeId } = raw;
  return {
    // One transaction may have several rows: two coins of a conversion, two fees of an order's trades.
    incomeId: [incomeType, tranId, asset, income, time, symbol, tradeId].join(":"),
    kind: kindOf(raw.incomeType),
    asset: raw.asset,
    amount: raw.income,
    symbol: raw.symbol === "" ? null : raw.symbol,
    atMs: raw.time,
  };
}

function kindOf(type: string): IncomeKind {
  if (type === "REALIZED_PNL") return "realizedPnl";
  if (type === "FUNDING_FEE") return "fundingFee";
  if (COMMISSIONS.has(type)) return "commission";
  return TRANSFERS.has(type) ? "transfer" : "other";
}

/** Pages move when a late row is put between; the same income may then come twice. */
function once(incomes: readonly VenueIncome[]): readonly VenueIncome[] {
  const byId = new Map(incomes.map((income) => [income.incomeId, income]));
  return [...byId.values()].toSorted((a, b) => a.atMs - b.atMs);
}
