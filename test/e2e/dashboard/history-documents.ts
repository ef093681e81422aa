// The past of an account for the positions view: 23 trades that have ended, a journal of which a part is about one group, and an
// offset plan that is half-way.
import type { Group } from "#domain/documents/group.ts";
import type { OffsetLeg, OffsetPlan } from "#domain/documents/offset.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import { controlStateSchema, groupSchema } from "#schemas/books.ts";
import { journalEntrySchema } from "#schemas/records.ts";
import { type AccountDocuments, checked } from "./account-documents.ts";
import { control } from "./control-documents.ts";
import { ACCOUNT } from "./order-rows.ts";
import { laddered, positionDocuments } from "./position-documents.ts";

const MINUTE_MS = 60_000;
const NEWEST_SEQ = 212;
export const ENDED_COUNT = 23;

/** The newest one lost 12.50 at its stop; the others are as good as each other. */
function endedGroup(index: number, nowMs: number): Group {
  const endedAtMs = nowMs - (index + 1) * 50 * MINUTE_MS;
  const isLoss = index === 0;
  const held = laddered(nowMs);
  return {
    ...held,
    groupId: `e-${index}`,
    status: "CLOSED",
    qtyBase: "0",
    takenBase: isLoss ? "0" : "0.02",
    realizedPnlUsd: isLoss ? "-12.5" : "18",
    exitReason: isLoss ? "stoploss" : "takeProfit",
    stop: null,
    takeProfits: [],
    accounts: held.accounts === null ? null : { ...held.accounts, fundingUsd: "0", settled: true },
    openedAtMs: endedAtMs - 95 * MINUTE_MS,
    endedAtMs,
    updatedAtMs: endedAtMs,
  };
}

function entry(seq: number, part: Partial<JournalEntry>, nowMs: number): JournalEntry {
  return {
    seq,
    accountId: ACCOUNT,
    atMs: nowMs - (NEWEST_SEQ - seq + 1) * MINUTE_MS,
    fence: 41,
    actor: "executor",
    kind: "LEASE_RELEASED",
    subject: "executor",
    images: {},
    ...part,
  };
}

/** Three entries about the group in the newest hundred, one before them, and none of the others about it. */
function journal(nowMs: number): readonly JournalEntry[] {
  const at = `accounts/${ACCOUNT}/groups/g-btc`;
  const group = (qtyBase: string) => ({ [at]: { ...laddered(nowMs, { qtyBase }) } });
  const order = {
    groupId: "g-btc",
    request: { side: "buy", qtyBase: "0.01" },
    status: "FILLED",
    filledQtyBase: "0.01",
    averagePriceUsd: "60100",
  };
  const filled = { ...group("0.01"), [`accounts/${ACCOUNT}/orders/b-base-0`]: order };
  const about: Readonly<Record<number, Partial<JournalEntry>>> = {
    60: { kind: "ORDER_STORED", images: group("0") },
    180: { kind: "ORDER_FILLED", images: filled },
    190: { kind: "STOP_RESTING", images: group("0.02") },
    211: { kind: "TAKE_PROFIT_FILLED", actor: "reconcile", images: group("0.01") },
  };
  return Array.from({ length: NEWEST_SEQ }, (_, index) => entry(index + 1, about[index + 1] ?? {}, nowMs));
}

function offsetLeg(part: Partial<OffsetLeg>): OffsetLeg {
  return {
    groupId: "g-btc",
    symbol: "BTCUSDT",
    side: "long",
    heldBase: "0.014",
    enteredBase: "0.02",
    realizedBeforeUsd: "0",
    priceUsd: "60514.9",
    targetBase: "0.006",
    netUsd: "3.2",
    ...part,
  };
}

export function offsetPlan(nowMs: number): OffsetPlan {
  const loser = {
    groupId: "g-sol",
    symbol: "SOLUSDT",
    side: "short",
    heldBase: "17",
    netUsd: "-2.9",
  } as const;
  return {
    offsetId: "o-1",
    startedBy: "reconcile",
    startedAtMs: nowMs - 20_000,
    expiresAtMs: nowMs + 9 * MINUTE_MS,
    feeBps: 5,
    slippageBps: 10,
    maxPriceMoveBps: 100,
    loser: offsetLeg({ ...loser, targetBase: "0", priceUsd: "148.266" }),
    winners: [offsetLeg({})],
  };
}

export function historyDocuments(nowMs: number): AccountDocuments {
  const ended = Array.from({ length: ENDED_COUNT }, (_, index) => endedGroup(index, nowMs));
  return {
    ...positionDocuments(nowMs),
    "control/state": checked(controlStateSchema, control(nowMs, { offset: offsetPlan(nowMs) })),
    ...Object.fromEntries(ended.map((one) => [`groups/${one.groupId}`, checked(groupSchema, one)])),
    ...Object.fromEntries(
      journal(nowMs).map((one) => [
        `journal/${String(one.seq).padStart(10, "0")}`,
        checked(journalEntrySchema, one),
      ]),
    ),
  };
}
