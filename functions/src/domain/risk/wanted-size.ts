// The size that an entry asks for: the signal's, else the strategy's share of the account, else its amount.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Intent, IntentSize } from "#domain/documents/signal.ts";

export type WantedSize = Exclude<IntentSize, { readonly kind: "strategyDefault" }>;

/** Null for the default of a strategy that is not configured. */
export function wantedSize({ size, strategyId }: Intent, config: AccountConfig): WantedSize | null {
  if (size.kind !== "strategyDefault") return size;
  const strategy = config.strategies[strategyId];
  if (strategy === undefined) return null;
  return strategy.entryShare ?? { kind: "notionalUsd", notionalUsd: strategy.orderNotionalUsd };
}
