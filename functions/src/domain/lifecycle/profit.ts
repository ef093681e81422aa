// The profit of a group: the venue's own figures after fees and funding once they are settled, our own reckoning before.
// Pure.
import { type DecimalString, dec, decimalString } from "#domain/decimal.ts";
import type { Group, GroupAccounts } from "#domain/documents/group.ts";

/** Net profit by the venue's figures; null while one of them is not known. */
export function netUsd({ realizedUsd, feesUsd, fundingUsd, otherUsd }: GroupAccounts): DecimalString | null {
  if (feesUsd === null || fundingUsd === null) return null;
  return decimalString(dec(realizedUsd).minus(dec(feesUsd)).plus(dec(fundingUsd)).plus(dec(otherUsd)));
}

export function profitUsd({
  accounts,
  realizedPnlUsd,
}: Pick<Group, "accounts" | "realizedPnlUsd">): DecimalString {
  return accounts?.settled ? (netUsd(accounts) ?? realizedPnlUsd) : realizedPnlUsd;
}
