// An entry that a group sends for one of its legs, without a signal of now: a safety entry, or the next order of a route. It
// meets every check of an entry, on the room that is kept for it. Pure.
import { roomUsd } from "#domain/books/bookkeeping.ts";
import { type Decimal as Amount, Decimal, dec, decimalString } from "#domain/decimal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { EntryLeg, Group } from "#domain/documents/group.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { RiskContext, SizedEntry } from "#domain/risk/context.ts";
import { riskEngine } from "#domain/risk/engine.ts";
import type { DecisionGround } from "./decide-intent.ts";
import { SEND_WINDOW_MS } from "./place-order.ts";

/** The leg, or the rest of it, as an entry of now. Its size and its exits are the group's. */
export function intentOfLeg(
  { accountId, strategyId, symbol, side, plan }: Group,
  ids: Pick<Intent, "intentId" | "signalId">,
  qtyBase: Amount,
  nowMs: number,
): Intent {
  return {
    ...ids,
    accountId,
    strategyId,
    symbol,
    action: "open",
    side,
    size: { kind: "qtyBase", qtyBase: decimalString(qtyBase) },
    reduceBps: null,
    signalPriceUsd: null,
    exits: plan,
    entries: null,
    signalledAtMs: nowMs,
    receivedAtMs: nowMs,
    expiresAtMs: nowMs + SEND_WINDOW_MS,
  };
}

interface LegEntry {
  readonly leg: EntryLeg;
  readonly intent: Intent;
  readonly market: Market;
  readonly entry: SizedEntry;
}

/** Every reason to refuse it; empty means that it may be sent. */
export function denialsOfLeg(
  ground: DecisionGround,
  group: Group,
  { leg, ...asked }: LegEntry,
  nowMs: number,
): readonly Denial[] {
  const control = withoutOwnRoom(ground.control, group, leg);
  const context: RiskContext = { ...ground, ...asked, control, nowMs, queued: null };
  return riskEngine(context).checkEntry(context);
}

/** The room that is kept for it is its own. */
function withoutOwnRoom(control: ControlState, { groupId }: Group, leg: EntryLeg): ControlState {
  const slot = control.slots[groupId];
  if (slot === undefined) return control;
  const left = dec(slot.legsUsd ?? "0").minus(roomUsd(leg));
  const legsUsd = decimalString(Decimal.max(left, 0));
  return { ...control, slots: { ...control.slots, [groupId]: { ...slot, legsUsd } } };
}
