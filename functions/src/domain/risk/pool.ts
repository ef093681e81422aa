// Slots of the execution pool, overall, by tier and by bucket; and the order-rate throttle.
import { type OpenSlot, slotsIn } from "#domain/books/by-symbol.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, Slot } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import { denial, type RiskCheck } from "./context.ts";
import { sendsInWindow } from "./order-rate.ts";

/** The open group of a symbol: one-way mode holds one side of a symbol at a time. */
export function slotOfSymbol(control: ControlState, symbol: string): OpenSlot | null {
  return slotsIn(control, symbol)[0] ?? null;
}

/** The open group of the symbol that is another strategy's: the symbol belongs to its strategy until it is flat. */
function slotOfAnother(control: ControlState, strategyId: string, symbol: string): Slot | null {
  const open = slotOfSymbol(control, symbol);
  return open === null || open.slot.strategyId === strategyId ? null : open.slot;
}

/** An entry may not add to another strategy's group, and an exit may not leave it. */
export const symbolNotHeldByAnother: RiskCheck = ({ control, intent }) => {
  const { strategyId: actual, symbol: subject } = intent;
  const holder = slotOfAnother(control, actual, subject);
  if (holder === null) return null;
  return denial("SYMBOL_HELD_BY_STRATEGY", { limit: holder.strategyId, actual, unit: "strategy", subject });
};

export interface PoolLimit {
  readonly code: Denial["code"];
  readonly subject: string | null;
  readonly limit: number;
  readonly counts: (symbol: string) => boolean;
}

/** Every limit on how many groups may be open at once. */
export function poolLimits(config: AccountConfig): readonly PoolLimit[] {
  const ofSets = (code: Denial["code"], sets: AccountConfig["tiers"]): readonly PoolLimit[] =>
    Object.entries(sets).flatMap(([subject, { symbols, maxOpenGroups: limit }]) =>
      limit === null ? [] : [{ code, subject, limit, counts: (symbol) => symbols.includes(symbol) }],
    );
  return [
    { code: "POOL_FULL", subject: null, limit: config.maxOpenGroups, counts: () => true },
    ...ofSets("TIER_POOL_FULL", config.tiers),
    ...ofSets("BUCKET_POOL_FULL", config.buckets),
  ];
}

/** The limits that an entry in the symbol would meet. One that adds to an open group takes no place. */
export function fullPoolsFor(
  control: ControlState,
  config: AccountConfig,
  symbol: string,
): readonly Denial[] {
  if (slotOfSymbol(control, symbol) !== null) return [];
  const open = Object.values(control.slots);
  return poolLimits(config).flatMap(({ code, subject, limit, counts }) => {
    if (!counts(symbol)) return [];
    const used = open.filter((slot) => counts(slot.symbol)).length;
    if (used < limit) return [];
    return [denial(code, { limit: String(limit), actual: String(used), unit: "groups", subject })];
  });
}

export const poolHasRoom: RiskCheck = ({ control, config, intent }) =>
  fullPoolsFor(control, config, intent.symbol);

const POOL_DENIALS: ReadonlySet<Denial["code"]> = new Set([
  "POOL_FULL",
  "TIER_POOL_FULL",
  "BUCKET_POOL_FULL",
]);

/** A refusal that ends when a group does. */
export function isPoolDenial({ code }: Denial): boolean {
  return POOL_DENIALS.has(code);
}

export const sideNotOpposite: RiskCheck = ({ control, intent }) => {
  const open = slotOfSymbol(control, intent.symbol);
  if (open === null || intent.side === null || open.slot.side === intent.side) return null;
  return denial("OPPOSITE_POSITION_OPEN", {
    limit: open.slot.side,
    actual: intent.side,
    unit: "side",
    subject: intent.symbol,
  });
};

export const orderRateWithinLimit: RiskCheck = ({ control, config, nowMs }) => {
  const sends = sendsInWindow(control.throttles.orderSentAtMs, nowMs).length;
  if (sends < config.maxOrdersPerMinute) return null;
  return denial("RATE_LIMIT_EXCEEDED", {
    limit: String(config.maxOrdersPerMinute),
    actual: String(sends + 1),
    unit: "orders",
  });
};
