// Reads the offset's config and plan, as they stand in the config and in the control document.
import type { OffsetConfig, OffsetLeg, OffsetPlan } from "#domain/documents/offset.ts";
import { OFFSET_POOL_RULES, SIDES } from "#domain/documents/words.ts";
import { amount, list, number, oneOf, shape, text } from "./shape.ts";

export const offsetConfig = shape<OffsetConfig>({
  minLossBps: number,
  minAgeMs: number,
  minEntries: number,
  quietAfterEntryMs: number,
  poolRule: oneOf(OFFSET_POOL_RULES),
  maxWinners: number,
  feeBps: number,
  slippageBps: number,
  maxPriceMoveBps: number,
  validForMs: number,
});

const leg = shape<OffsetLeg>({
  groupId: text,
  symbol: text,
  side: oneOf(SIDES),
  heldBase: amount,
  enteredBase: amount,
  realizedBeforeUsd: amount,
  priceUsd: amount,
  targetBase: amount,
  netUsd: amount,
});

export const offsetPlan = shape<OffsetPlan>({
  offsetId: text,
  startedBy: text,
  startedAtMs: number,
  expiresAtMs: number,
  feeBps: number,
  slippageBps: number,
  maxPriceMoveBps: number,
  loser: leg,
  winners: list(leg),
});
