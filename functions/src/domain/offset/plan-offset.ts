// Whether a loser is closed now at the cost of winners, and the whole plan of it: each leg with its quantity and the figures
// that it is judged by later. Every refusal is told, not only the first. Pure.

import { type Decimal, decimalString } from "#domain/decimal.ts";
import type { OffsetDecision, OffsetLeg, OffsetPlan, OffsetRefusal } from "#domain/documents/offset.ts";
import { chooseLoser, type SizedWinner, sizeWinners } from "./choose.ts";
import { type OffsetGround, refusal, refusalsOfAccount } from "./ground.ts";
import { isRefusal, rowOf, type ValuedGroup, valueGroup } from "./value-group.ts";

/** Whose plan it would be. */
export interface OffsetStart {
  readonly offsetId: string;
  readonly startedBy: string;
}

export function planOffset(ground: OffsetGround, start: OffsetStart): OffsetDecision {
  const { config, control } = ground;
  if (config.offset === null) return { plan: null, refusals: [refusal("OFFSET_OFF")], rows: [] };
  const underWay = control.offset === null ? [] : [refusal("OFFSET_UNDER_WAY")];
  const ofAccount = [...underWay, ...refusalsOfAccount(ground)];
  const { offset } = config;
  const values = Object.values(ground.groups).map((group) => valueGroup(ground, group, offset));
  const valued = values.filter((each): each is ValuedGroup => !isRefusal(each));
  const loser = chooseLoser(ground, valued);
  const winners = loser.chosen === null ? null : sizeWinners(valued, loser.chosen, offset.maxWinners);
  const refusals: readonly OffsetRefusal[] = [
    ...ofAccount,
    ...values.filter(isRefusal),
    ...loser.refusals,
    ...(winners?.refusals ?? []),
  ];
  const rows = valued.map(rowOf);
  const sized = winners?.chosen ?? null;
  if (ofAccount.length > 0 || loser.chosen === null || sized === null) return { plan: null, refusals, rows };
  const plan: OffsetPlan = {
    ...start,
    startedAtMs: ground.nowMs,
    expiresAtMs: ground.nowMs + offset.validForMs,
    feeBps: offset.feeBps,
    slippageBps: offset.slippageBps,
    maxPriceMoveBps: offset.maxPriceMoveBps,
    loser: legOf(loser.chosen, loser.chosen.closableBase),
    winners: sized.map(({ valued: winner, closeBase }: SizedWinner) => legOf(winner, closeBase)),
  };
  return { plan, refusals, rows };
}

/** A close of all that orders can close aims at zero: what is left then is below the venue's smallest order. */
function legOf(valued: ValuedGroup, closeBase: Decimal): OffsetLeg {
  const { group, closableBase, priceUsd, netPerUnitUsd } = valued;
  const { groupId, symbol, side, qtyBase, enteredBase, realizedPnlUsd } = group;
  const left = closeBase.eq(closableBase) ? "0" : decimalString(closableBase.minus(closeBase));
  return {
    groupId,
    symbol,
    side,
    heldBase: qtyBase,
    enteredBase,
    realizedBeforeUsd: realizedPnlUsd,
    priceUsd: decimalString(priceUsd),
    targetBase: left,
    netUsd: decimalString(netPerUnitUsd.mul(closeBase)),
  };
}
