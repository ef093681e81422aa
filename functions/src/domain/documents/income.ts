// Movements of the wallet, as the venue tells them: every change of a balance is one income. Sums keep the venue's sign:
// a payment is negative.
import { type DecimalString, dec, decimalString } from "#domain/decimal.ts";

export type IncomeKind = "realizedPnl" | "fundingFee" | "commission" | "transfer" | "other";

export interface Income {
  /** The venue's, unique for the account. */
  readonly incomeId: string;
  readonly kind: IncomeKind;
  readonly asset: string;
  /** In `asset`; negative when the wallet lost it. */
  readonly amount: DecimalString;
  /** Null for what belongs to no contract. */
  readonly symbol: string | null;
  /** Venue's time. */
  readonly atMs: number;
}

/** A balance of the trading wallet. */
export interface AssetBalance {
  readonly asset: string;
  readonly qty: DecimalString;
}

/** Income since a time, in USD. */
export interface IncomeSums {
  readonly sinceMs: number;
  readonly realizedUsd: DecimalString;
  readonly feesUsd: DecimalString;
  readonly fundingUsd: DecimalString;
  readonly otherUsd: DecimalString;
  readonly transfersUsd: DecimalString;
}

/** An income with its amount in USD. */
export interface ValuedIncome extends Income {
  readonly amountUsd: DecimalString;
}

const FIELD_OF: Readonly<Record<IncomeKind, keyof Omit<IncomeSums, "sinceMs">>> = {
  realizedPnl: "realizedUsd",
  commission: "feesUsd",
  fundingFee: "fundingUsd",
  other: "otherUsd",
  transfer: "transfersUsd",
};

export function noIncome(sinceMs: number): IncomeSums {
  return { sinceMs, realizedUsd: "0", feesUsd: "0", fundingUsd: "0", otherUsd: "0", transfersUsd: "0" };
}

export function withIncome(sums: IncomeSums, incomes: readonly ValuedIncome[]): IncomeSums {
  const next = { ...sums };
  for (const { kind, amountUsd, atMs } of incomes) {
    if (atMs < sums.sinceMs) continue;
    const field = FIELD_OF[kind];
    next[field] = decimalString(dec(next[field]).plus(dec(amountUsd)));
  }
  return next;
}
