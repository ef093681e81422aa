// Every income of an account's wallet since a time, oldest first, out of the transaction log. A row may be several incomes at
// once, profit, fee and funding; together they are exactly the row's change of the balance. Bounded: income beyond the bound
// is an error that carries the rows which were read, never a silent gap.
import { type Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { IncomeKind } from "#domain/documents/income.ts";
import { IncomeCutOffError, type VenueIncome } from "#ports/venue.ts";
import { type LogSource, readLog } from "./bybit-log.ts";
import type { Query } from "./bybit-pages.ts";
import type { RawLog } from "./bybit-shapes.ts";

/** 200 pages of 50: ten seconds of asking, at the 25 a second that the endpoint takes. */
const MAX_ROWS = 10_000;

/** Money that came or went, not money that was earned or lost. */
const TRANSFERS: ReadonlySet<string> = new Set([
  ...["TRANSFER_IN", "TRANSFER_OUT", "AIRDROP", "BONUS", "BONUS_RECOLLECT"],
  ...["BONUS_TRANSFER_IN", "BONUS_TRANSFER_OUT", "PEF_TRANSFER_IN", "PEF_TRANSFER_OUT"],
  ...[
    "TRANSFER_IN_INS_LOAN",
    "TRANSFER_OUT_INS_LOAN",
    "BORROWED_AMOUNT_INS_LOAN",
    "PRINCIPLE_REPAYMENT_INS_LOAN",
  ],
  ...["BORROW", "REPAY", "DBS_CASH_IN", "DBS_CASH_OUT", "DBS_CASH_IN_TR", "DBS_CASH_OUT_TR"],
]);
/** Subscriptions, redemptions and refunds of the venue's savings products: the money is elsewhere at the venue. */
const SAVINGS = /_(SUBSCRIPTION|REDEMPTION|REFUND)$/;
const COMMISSIONS: ReadonlySet<string> = new Set(["FEE_REFUND", "SPREAD_FEE_OUT", "BROKER_ABACCOUNT_FEE"]);
/** Movements of a position; their cash flow is its profit. */
const CLOSES: ReadonlySet<string> = new Set(["TRADE", "LIQUIDATION", "ADL", "DELIVERY", "SETTLEMENT"]);
const CONTRACTS: ReadonlySet<string> = new Set(["linear", "inverse"]);

/** Income since then. Throws IncomeCutOffError beyond ten thousand rows. */
export async function readIncome(source: LogSource, query: Query = {}): Promise<readonly VenueIncome[]> {
  const byId = new Map<string, VenueIncome>();
  let rows = 0;
  for await (const window of readLog(source, query)) {
    // Rows on the border of two windows come twice.
    for (const income of window.flatMap(incomesOf)) byId.set(income.incomeId, income);
    rows += window.length;
    if (rows > MAX_ROWS) throw new IncomeCutOffError(source.sinceMs, [...byId.values()]);
  }
  return [...byId.values()];
}

function incomesOf(raw: RawLog): readonly VenueIncome[] {
  const [cashFlow, funding, fee] = [dec(raw.cashFlow), dec(raw.funding), dec(raw.fee)];
  const rest = dec(raw.change).minus(cashFlow).minus(funding).plus(fee);
  const parts: readonly (readonly [part: string, kind: IncomeKind, amount: Decimal])[] = [
    ["cash", kindOfCash(raw), cashFlow],
    ["fee", "commission", fee.neg()],
    ["funding", "fundingFee", funding],
    ["rest", "other", rest],
  ];
  return parts
    .filter(([, , amount]) => !amount.isZero())
    .map(([part, kind, amount]) => incomeOf(raw, part, kind, amount));
}

function incomeOf(raw: RawLog, part: string, kind: IncomeKind, amount: Decimal): VenueIncome {
  const { id, type, currency, transactionTime, change, tradeId, orderId, symbol } = raw;
  return {
    // The venue's id is of a row; its parts, and rows that share it (funding beside a trade), are told apart by all they say.
    incomeId: [type, id, currency, change, transactionTime, tradeId ?? "", orderId ?? "", part].join(":"),
    kind,
    asset: currency,
    amount: decimalString(amount),
    symbol: symbol === undefined || symbol === null || symbol === "" ? null : symbol,
    atMs: transactionTime,
  };
}

function kindOfCash({ type, category }: RawLog): IncomeKind {
  if (CLOSES.has(type)) return CONTRACTS.has(category ?? "") ? "realizedPnl" : "other";
  if (COMMISSIONS.has(type)) return "commission";
  return TRANSFERS.has(type) || SAVINGS.test(type) ? "transfer" : "other";
}
