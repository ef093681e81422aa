// Open groups in every state of a card: half out by its ladder with the stop at break-even, short with an exit that was refused,
// without a plan and without a mark, and one that only the venue knows. The figures of the first are worked out beside the tests.
import type { EntryLeg, Group, RestingExit, TakeProfit } from "#domain/documents/group.ts";
import type { Overview } from "#domain/documents/views.ts";
import { overviewSchema } from "#schemas/books.ts";
import { navSchema } from "#schemas/nav.ts";
import { type AccountDocuments, accountDocuments, checked } from "./account-documents.ts";
import { nav } from "./nav-documents.ts";
import { overview } from "./order-rows.ts";

const MINUTE_MS = 60_000;

function resting(part: Partial<RestingExit>, nowMs: number): RestingExit {
  return {
    clientStopId: "bs-1",
    step: 4,
    status: "RESTING",
    qtyBase: "0.006",
    triggerPriceUsd: "62400",
    sendDeadlineMs: nowMs - 30 * MINUTE_MS,
    absences: { count: 0, lastAtMs: null },
    refusal: null,
    updatedAtMs: nowMs - 31 * MINUTE_MS,
    ...part,
  };
}

function takeProfit(level: number, part: Partial<TakeProfit>, nowMs: number): TakeProfit {
  return { ...resting({ clientStopId: `bt-${level}`, step: level + 1, ...part }, nowMs), level };
}

function leg(
  kind: EntryLeg["kind"],
  place: number,
  part: Partial<EntryLeg> & Pick<EntryLeg, "qtyBase" | "priceUsd">,
  nowMs: number,
): EntryLeg {
  const { status = "FILLED", qtyBase, priceUsd } = part;
  const isOut = status !== "WAITING" && status !== "WITHDRAWN";
  const isFilled = status === "FILLED";
  return {
    kind,
    place,
    status,
    clientOrderId: isOut ? `b-${kind}-${place}` : null,
    filledBase: isFilled ? qtyBase : "0",
    averagePriceUsd: isFilled ? priceUsd : null,
    refusedFor: [],
    oddity: null,
    route: null,
    updatedAtMs: nowMs - 30 * MINUTE_MS,
    ...part,
  };
}

/** Two of four entries are made; the third was refused at its price. */
function ladderLegs(nowMs: number): readonly EntryLeg[] {
  const waiting = { status: "WAITING" } as const;
  const refusedFor = ["SPREAD_TOO_WIDE"];
  return [
    leg("base", 0, { qtyBase: "0.01", priceUsd: "60095", averagePriceUsd: "60100" }, nowMs),
    leg("dca", 1, { qtyBase: "0.01", priceUsd: "59910", averagePriceUsd: "59900" }, nowMs),
    leg("dca", 2, { ...waiting, refusedFor, qtyBase: "0.02", priceUsd: "59400" }, nowMs),
    leg("dca", 3, { ...waiting, qtyBase: "0.04", priceUsd: "58600" }, nowMs),
  ];
}

/** Entered 0.02 at 60,000 in two entries; half of it was taken at 60,600, so the stop stands at the entry. */
export function laddered(nowMs: number, part: Partial<Group> = {}): Group {
  const [base] = overview(nowMs).groups;
  if (base === undefined) throw new Error("The overview of the tests has no group");
  return {
    ...base,
    groupId: "g-btc",
    qtyBase: "0.01",
    averageEntryUsd: "60000",
    entryNotionalUsd: "1200",
    enteredBase: "0.02",
    takenBase: "0.01",
    realizedPnlUsd: "6",
    legs: ladderLegs(nowMs),
    plan: {
      stop: { kind: "bps", bps: 200 },
      takeProfits: [
        { level: { kind: "bps", bps: 100 }, shareBps: 5_000 },
        { level: { kind: "riskMultiple", riskMultiple: "2" }, shareBps: 3_000 },
        { level: { kind: "priceUsd", priceUsd: "64000" }, shareBps: 2_000 },
      ],
      breakEvenAfter: 1,
      trailing: { activationBps: 300, distanceBps: 100 },
      timeLimitMs: 24 * 60 * MINUTE_MS,
    },
    stop: resting({ qtyBase: "0.01", triggerPriceUsd: "60000" }, nowMs),
    takeProfits: [
      takeProfit(0, { status: "GONE", qtyBase: "0.01", triggerPriceUsd: "60600" }, nowMs),
      takeProfit(1, {}, nowMs),
      takeProfit(2, { status: "SENDING", qtyBase: "0.004", triggerPriceUsd: "64000" }, nowMs),
    ],
    accounts: {
      realizedUsd: "6",
      feesByAsset: { USDT: "0.903" },
      feesUsd: "0.903",
      fundingUsd: "-0.12",
      otherUsd: "0",
      tradeCount: 2,
      asOfMs: nowMs - 4 * MINUTE_MS,
      settled: false,
    },
    openedAtMs: nowMs - 222_000,
    ...part,
  };
}

/** Short, with the stop refused. */
function refused(nowMs: number): Group {
  return laddered(nowMs, {
    groupId: "g-sol",
    strategyId: "fade-15m",
    symbol: "SOLUSDT",
    side: "short",
    status: "OPENING",
    qtyBase: "17",
    averageEntryUsd: "148.213",
    entryNotionalUsd: "2519.621",
    enteredBase: "17",
    takenBase: "0",
    realizedPnlUsd: "0",
    plan: {
      stop: { kind: "distanceUsd", distanceUsd: "2.2" },
      takeProfits: [{ level: { kind: "riskMultiple", riskMultiple: "1.5" }, shareBps: 10_000 }],
      breakEvenAfter: null,
      trailing: null,
      timeLimitMs: null,
    },
    stop: resting(
      {
        clientStopId: "bs-2",
        status: "GONE",
        qtyBase: "17",
        triggerPriceUsd: "150.413",
        refusal: { code: "-4045", message: "Reach max stop order limit." },
      },
      nowMs,
    ),
    legs: [
      leg(
        "base",
        0,
        { status: "WORKING", qtyBase: "42", priceUsd: "148.2", filledBase: "17", averagePriceUsd: "148.213" },
        nowMs,
      ),
    ],
    takeProfits: [],
    accounts: null,
    openedAtMs: nowMs - 24_000,
  });
}

/** By signals alone, above the account's floor; its symbol has no quote. */
function planless(nowMs: number): Group {
  return laddered(nowMs, {
    groupId: "g-eth",
    symbol: "ETHUSDT",
    qtyBase: "0.85",
    averageEntryUsd: "2588.09",
    entryNotionalUsd: "2199.8765",
    enteredBase: "0.85",
    takenBase: "0",
    realizedPnlUsd: "0",
    legs: [
      leg("base", 0, { qtyBase: "0.5", priceUsd: "2580.15" }, nowMs),
      leg(
        "pyramid",
        1,
        {
          status: "ENDED",
          oddity: "FILL_AFTER_CANCEL",
          qtyBase: "0.4",
          priceUsd: "2599",
          filledBase: "0.35",
          averagePriceUsd: "2599.43",
        },
        nowMs,
      ),
      leg("dca", 1, { status: "WITHDRAWN", qtyBase: "0.8", priceUsd: "2528" }, nowMs),
    ],
    plan: null,
    stop: null,
    takeProfits: [],
    closing: {
      causeId: "i-1",
      exitReason: "signal",
      targetBase: "0.4",
      sinceMs: nowMs - 40_000,
      triedAtMs: nowMs - 40_000,
      triedAtBase: "0.85",
      route: null,
    },
    status: "REDUCING",
    openedAtMs: nowMs - 205 * MINUTE_MS,
  });
}

function openGroups(nowMs: number): Overview {
  return { ...overview(nowMs), groups: [laddered(nowMs), refused(nowMs), planless(nowMs)] };
}

/** An id as the product makes them: the function behind /commands takes no other. */
export const LADDERED_ID = "a".repeat(32);

/** The same account with a group that commands can name. */
export function commandableDocuments(nowMs: number): AccountDocuments {
  const groups = [laddered(nowMs, { groupId: LADDERED_ID })];
  return {
    ...positionDocuments(nowMs),
    "views/overview": checked(overviewSchema, { ...overview(nowMs), groups }),
  };
}

export function positionDocuments(nowMs: number): AccountDocuments {
  const marked = nav(nowMs);
  const [held] = marked.positions;
  if (held === undefined) throw new Error("The NAV of the tests holds nothing");
  const positions = [
    { ...held, qtyBase: "0.01" },
    ...marked.positions.slice(1),
    {
      ...held,
      symbol: "ETHUSDT",
      qtyBase: "0.85",
      entryPriceUsd: "2588.09",
      markUsd: "2604",
      notionalUsd: "2213.4",
      unrealizedPnlUsd: "13.52",
    },
    { ...held, symbol: "XRPUSDT", qtyBase: "500", entryPriceUsd: "2.41", markUsd: "2.4388" },
  ];
  return {
    ...accountDocuments(nowMs),
    "control/nav": checked(navSchema, { ...marked, positions }),
    "views/overview": checked(overviewSchema, openGroups(nowMs)),
  };
}
