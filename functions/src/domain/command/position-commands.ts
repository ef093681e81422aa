// An operator's command on one position, decided by the holder of the lease on the books of that moment: the group as it is
// to become, or the refusal as data and in words. Pure. Must not be asked for an account of which the lease is another's.

import { withUntriedClosing } from "#domain/decide/closing.ts";
import { newExitRoute } from "#domain/decide/exit-route.ts";
import { type Decimal, dec, decimalString, floorToStep } from "#domain/decimal.ts";
import type { Command, GroupRequest } from "#domain/documents/command.ts";
import { closingId } from "#domain/documents/ids.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { denial } from "#domain/risk/context.ts";
import { isHalted } from "#domain/risk/permission.ts";
import { freeToReduceBase } from "#domain/risk/reduce-only.ts";
import { cancelExit, moveStop, setTakeProfits } from "./exit-commands.ts";
import {
  changed,
  type HeldGround,
  halted,
  type PositionDecision,
  type PositionGround,
  refusedAs,
} from "./position-decision.ts";

const WHOLE_BPS = 10_000;
const MS_PER_S = 1_000;

/** Whether the decision asks for a price of now. */
export function asksForPrice({ kind }: GroupRequest): boolean {
  return kind === "move_stop" || kind === "set_take_profits";
}

export function decidePosition(
  { commandId }: Pick<Command, "commandId">,
  request: GroupRequest,
  ground: PositionGround,
): PositionDecision {
  const held = heldGround(request, ground);
  if ("kind" in held) return held;
  switch (request.kind) {
    case "close_position":
      return closeShare(commandId, request.shareBps, held);
    case "move_stop":
      return moveStop(request.stop, held);
    case "set_take_profits":
      return setTakeProfits(request.takeProfits, held);
    case "cancel_exit":
      return cancelExit(request.leg, held);
  }
}

function heldGround({ groupId }: GroupRequest, ground: PositionGround): HeldGround | PositionDecision {
  const { control, group, market, isSetAside } = ground;
  if (control.flatten !== null) {
    const { orderedBy } = control.flatten;
    return halted(`The flatten ordered by ${orderedBy} is under way, and closes everything`);
  }
  if (isSetAside) {
    const why = denial("DOCUMENT_UNREADABLE", { subject: groupId });
    return refusedAs(why, "A document of the group cannot be read; mend it first, or flatten");
  }
  if (group === null || isGroupEnded(group.status) || dec(group.qtyBase).isZero()) {
    const why = denial("POSITION_NOT_OPEN", { actual: group?.qtyBase ?? null, subject: groupId });
    return refusedAs(why, group === null ? `No group ${groupId} is open` : "The group holds nothing yet");
  }
  if (market === null) {
    const why = denial("MARKET_UNKNOWN", { unit: "symbol", subject: group.symbol });
    return refusedAs(why, `The steps of ${group.symbol} are not known; try again in a minute`);
  }
  return { ...ground, group, market };
}

/**
 * A wish for the share of what is held now. It takes at most that: a rest that no order could close is refused, not taken
 * along, and what an entry adds meanwhile stays (`withGrownTarget`).
 */
function closeShare(commandId: string, shareBps: number, ground: HeldGround): PositionDecision {
  const { control, config, group, market, nowMs } = ground;
  if (isHalted(control))
    return halted("Trading is HALTED: only a flatten closes now; flatten, or resume first");
  const isWhole = shareBps === WHOLE_BPS;
  const busy = underway(ground, isWhole);
  if (busy !== null) return busy;
  const held = dec(group.qtyBase);
  const share = isWhole ? held : floorToStep(held.mul(shareBps).div(WHOLE_BPS), dec(market.stepSizeBase));
  const small = tooSmall(share, held.minus(share), ground);
  if (small !== null) return small;
  const wished = withUntriedClosing(group, {
    causeId: closingId(group.accountId, commandId),
    exitReason: "operator",
    targetBase: decimalString(held.minus(share)),
    sinceMs: nowMs,
    route: newExitRoute(config, group.strategyId, nowMs),
  });
  const words = `${decimalString(share)} of ${group.qtyBase} ${group.symbol} ${group.side}`;
  const route = wished.closing?.route ?? null;
  const way = route === null ? "at market" : `resting for ${config.router.exitMakerMs / MS_PER_S} s first`;
  return changed(wished, `Closing ${words}, reduce-only, ${way}`);
}

/**
 * A share counts from what is held: not while something else shrinks it. All of it goes past any other wish, and hurries one of
 * all that rests.
 */
function underway({ control, group }: HeldGround, isWhole: boolean): PositionDecision | null {
  const { closing, symbol: subject } = group;
  if (closing !== null && !(isWhole && (closing.route !== null || dec(closing.targetBase).gt(0)))) {
    const why = denial("POSITION_CLOSING", { limit: closing.targetBase, unit: "base", subject });
    return refusedAs(why, `It is being closed down to ${closing.targetBase} ${subject} already`);
  }
  const claimed = dec(group.qtyBase).minus(freeToReduceBase(control, group));
  if (isWhole || claimed.isZero()) return null;
  const why = denial("ORDER_IN_FLIGHT", { actual: decimalString(claimed), unit: "base", subject });
  return refusedAs(
    why,
    `An order that takes ${decimalString(claimed)} ${subject} is under way; try again once it ended`,
  );
}

function tooSmall(share: Decimal, rest: Decimal, { market }: HeldGround): PositionDecision | null {
  const least = dec(market.minQtyBase);
  const { symbol: subject } = market;
  const few = share.lt(least) ? share : rest.gt(0) && rest.lt(least) ? rest : null;
  // All of it is closed as far as orders go; what none can close is dust.
  if (few === null || rest.isZero()) return null;
  const why = denial("QUANTITY_BELOW_MINIMUM", {
    limit: market.minQtyBase,
    actual: decimalString(few),
    unit: "base",
    subject,
  });
  const what = few === share ? "The share is" : "The share would leave";
  return refusedAs(
    why,
    `${what} ${decimalString(few)} ${subject}, and the venue's smallest order is ${market.minQtyBase}`,
  );
}
