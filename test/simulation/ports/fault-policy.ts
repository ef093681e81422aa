// The policy of a run with faults: how often each kind strikes is drawn from the seed, and every call draws
// its fate. A cut (fewer strikes, muted kinds) changes a run only from the first strike that it takes away.
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import { Disturbances, heldUpMs } from "../disturbances.ts";
import type { EventQueue } from "../engine/event-queue.ts";
import { Random } from "../engine/random.ts";
import type { Fate, PortCall } from "./gate.ts";
import { type SimPolicy, type SimVerdict, USUAL_LATENCY_MS } from "./policy.ts";
import { ReadLags } from "./read-lags.ts";

export const FAULT_KINDS = [
  "killBefore",
  "killAfter",
  "refused",
  "lostRequest",
  "lostReply",
  "twice",
  "pauseBefore",
  "pauseAfter",
  "slow",
  "serverErrorBefore",
  "serverErrorAfter",
  "resetAfter",
  "garbage",
  "empty",
  "throttled",
  "banned",
  "rejected",
  "unknownCode",
  "arrivesLate",
  "answersLate",
  "readLag",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

/** Share of the kinds that a seed uses, and how often each then strikes. */
const KIND_CHANCE = 0.3;
const LOWEST_RATE = 0.003;
const HIGHEST_RATE = 0.1;
/** Kinds that end or stall a whole process strike less often: a run must get somewhere between them. */
const HARSH_SHARE = 0.5;
const HARSH: ReadonlySet<FaultKind> = new Set(["killBefore", "killAfter", "pauseBefore", "pauseAfter"]);
/** One read replica of the venue may be this far behind while the others are not: minutes, as reported of real ones. */
const MOST_LAG_MS = 240_000;

const WITH_FATE: ReadonlySet<FaultKind> = new Set([
  "killBefore",
  "killAfter",
  "refused",
  "lostRequest",
  "lostReply",
  "twice",
]);

/** Rates for a run; a few seeds have none at all. */
export function drawRates(random: Random): FaultRates {
  const rates: Partial<Record<FaultKind, number>> = {};
  const isQuiet = random.chance(0.04);
  for (const kind of FAULT_KINDS) {
    const isUsed = random.chance(KIND_CHANCE);
    const rate = random.skewed(LOWEST_RATE, HIGHEST_RATE);
    if (isUsed && !isQuiet) rates[kind] = HARSH.has(kind) ? rate * HARSH_SHARE : rate;
  }
  return rates;
}

export interface FaultCut {
  /** Strikes after this many do not happen. */
  readonly strikes?: number;
  readonly muted?: ReadonlySet<FaultKind>;
}

export class FaultPolicy implements SimPolicy {
  readonly #queue: EventQueue;
  readonly #random: Random;
  readonly #rates: readonly (readonly [FaultKind, number])[];
  readonly #cut: FaultCut;
  readonly lags = new ReadLags();
  readonly disturbances = new Disturbances();
  /** Faults strike only while this is set. */
  isStriking = false;
  strikes = 0;

  constructor(queue: EventQueue, seed: number, rates: FaultRates, cut: FaultCut) {
    this.#queue = queue;
    this.#random = new Random(seed, "faults");
    this.#rates = Object.entries(rates) as [FaultKind, number][];
    this.#cut = cut;
  }

  decide(call: PortCall): SimVerdict {
    const usualMs = USUAL_LATENCY_MS[call.port];
    const requestMs = Math.round(usualMs * (0.5 + 1.5 * this.#random.next()));
    const replyMs = Math.round(usualMs * (0.5 + 1.5 * this.#random.next()));
    const lagMs = this.lags.lagMs(call.operation, this.#queue.nowMs);
    const usual: SimVerdict = { fate: "done", requestMs, replyMs, ...(lagMs > 0 ? { lagMs } : {}) };
    if (!this.isStriking) return usual;
    const kind = this.#draw(call);
    if (kind === null) return usual;
    const struck = this.#strike(kind, call, usual);
    if (struck === null) return usual;
    if (this.strikes >= (this.#cut.strikes ?? Number.POSITIVE_INFINITY)) return usual;
    this.strikes += 1;
    this.disturbances.add(
      `${kind} of ${call.process.kind} ${call.operation}`,
      this.#queue.nowMs,
      heldUpMs(struck),
    );
    return struck;
  }

  #draw(call: PortCall): FaultKind | null {
    let left = this.#random.next();
    for (const [kind, rate] of this.#rates) {
      left -= rate;
      if (left < 0) return isPossible(kind, call) && !this.#cut.muted?.has(kind) ? kind : null;
    }
    return null;
  }

  #strike(kind: FaultKind, call: PortCall, usual: SimVerdict): SimVerdict | null {
    const random = this.#random;
    if (WITH_FATE.has(kind)) return { ...usual, fate: kind as Fate };
    switch (kind) {
      case "pauseBefore":
        return { ...usual, pauseBeforeMs: drawPauseMs(random) };
      case "pauseAfter":
        return { ...usual, pauseAfterMs: drawPauseMs(random) };
      case "slow":
        return { ...usual, requestMs: random.int(50, 1_500), replyMs: random.int(50, 1_500) };
      case "arrivesLate":
        return { ...usual, requestMs: random.int(1_000, 12_000) };
      case "answersLate":
        return { ...usual, replyMs: random.int(1_000, 12_000) };
      case "readLag":
        return { ...usual, lagMs: random.int(100, MOST_LAG_MS) };
      default:
        return { ...usual, venueEffect: venueEffect(kind, call, random, this.#queue.nowMs) };
    }
  }
}

function isPossible(kind: FaultKind, call: PortCall): boolean {
  switch (kind) {
    case "killBefore":
    case "killAfter":
    case "pauseBefore":
    case "pauseAfter":
      return true;
    case "refused":
      return call.canBeRefused;
    case "lostRequest":
    case "lostReply":
    case "slow":
      return call.port !== "clock";
    case "twice":
      return call.canArriveTwice;
    case "rejected":
      return call.operation === "POST /fapi/v1/order";
    case "readLag":
      return call.operation === "GET /fapi/v1/order";
    default:
      return call.port === "venue";
  }
}

/** Half of the pauses outlast a lease. */
function drawPauseMs(random: Random): number {
  return random.chance(0.5) ? random.int(31_000, 70_000) : random.int(500, 12_000);
}

/** Refusals that a venue gives to good orders. */
const REFUSALS = [
  { code: -2019, msg: "Margin is insufficient." },
  { code: -2022, msg: "ReduceOnly Order is rejected." },
  {
    code: -5022,
    msg: "Due to the order could not be executed as maker, the Post Only order will be rejected.",
  },
  { code: -4164, msg: "Order's notional must be no smaller than 100 (unless you choose reduce only)." },
] as const;
const UNKNOWN_CODES = [
  { code: -1006, msg: "An unexpected response was received from the message bus. Execution status unknown." },
  { code: -1007, msg: "Timeout waiting for response from backend server. Send status unknown." },
  { code: -1000, msg: "An unknown error occurred while processing the request." },
] as const;

function venueEffect(kind: FaultKind, call: PortCall, random: Random, nowMs: number): FaultEffect {
  const isRead = call.operation.startsWith("GET");
  switch (kind) {
    case "serverErrorBefore":
      return { kind: "httpError", when: "before", status: 503, body: "<html>Service Unavailable</html>" };
    case "serverErrorAfter":
      return { kind: "httpError", when: "after", status: 502, body: "<html>Bad Gateway</html>" };
    case "resetAfter":
      return { kind: "reset", when: "after" };
    case "garbage":
      return { kind: "body", when: random.chance(0.5) ? "before" : "after", content: "garbage" };
    case "empty":
      return { kind: "body", when: random.chance(0.5) ? "before" : "after", content: "empty" };
    case "throttled":
      return { kind: "rateLimit", status: 429, retryAfterS: random.int(1, 12) };
    case "banned":
      return { kind: "rateLimit", status: 418, retryAfterS: random.int(2, 50) };
    case "rejected":
      return { kind: "venueError", when: "before", status: 400, ...random.pick(REFUSALS) };
    case "unknownCode":
      return {
        kind: "venueError",
        when: random.chance(0.5) ? "before" : "after",
        status: isRead ? 503 : 500,
        ...random.pick(UNKNOWN_CODES),
      };
    default:
      throw new Error(`${kind} is not a fault of the venue (at ${nowMs})`);
  }
}
