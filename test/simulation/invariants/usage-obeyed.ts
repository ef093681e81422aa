// Rule 14, exits before entries (docs/RULES.md), at the venue's own count of requests: read from the headers of its answers and
// from the wire. Its documented limit and its minute are all that this file knows of the venue.
import type { WireRequest } from "../ports/venue-transport.ts";
import type { Evidence, Invariant } from "./invariant.ts";

/** Request weight of an address a minute: developers.binance.com, usds-margined-futures, general-info (LIMITS). */
const LIMIT = 2_400;
const MINUTE_MS = 60_000;
/** Clocks of processes differ by seconds, and so do their minutes. */
const EDGE_MS = 10_000;
/** Room that history has to leave: a flatten of ten groups with its looks, about 5 %. */
const ROOM_FOR_EXITS = 0.05;
const WEIGHT_HEADER = "X-MBX-USED-WEIGHT-1M";
/** Questions that the next minute may ask as well. */
const HISTORY = /^GET .*\/(userTrades|income|exchangeInfo|klines|leverageBracket|commissionRate)$/;

export const usageIsObeyed: Invariant = {
  rule: 14,
  name: "usageIsObeyed",
  says: "Once the venue has told a process that its address has used all its weight of a minute, the process asks nothing more in that minute; and no history once only the room for exits is left.",
  watch(evidence) {
    /** Weight of a minute as each process has been told of it. */
    const told = new Map<string, { readonly minute: number; readonly used: number }>();
    const leftAtMs = new WeakMap<WireRequest, number>();
    return {
      left(request) {
        const { process, name } = request;
        leftAtMs.set(request, evidence.nowMs());
        const known = told.get(process.id);
        if (known === undefined || known.minute !== minuteOf(evidence) || isAtEdge(evidence)) return;
        const isAllUsed = known.used >= LIMIT;
        const isShort = known.used >= LIMIT * (1 - ROOM_FOR_EXITS) && HISTORY.test(name);
        if (isAllUsed || isShort)
          evidence.fail(`${process.id} sends ${name}, and knows that ${known.used} of ${LIMIT} are used`);
      },
      received(request, response) {
        const used = Number(response?.headers[WEIGHT_HEADER]);
        const minute = minuteOf(evidence);
        const isOfOneMinute = Math.floor((leftAtMs.get(request) ?? 0) / MINUTE_MS) === minute;
        if (response === null || !Number.isFinite(used) || !isOfOneMinute) return;
        const known = told.get(request.process.id);
        const before = known?.minute === minute ? known.used : 0;
        told.set(request.process.id, { minute, used: Math.max(before, used) });
      },
    };
  },
};

function minuteOf({ nowMs }: Evidence): number {
  return Math.floor(nowMs() / MINUTE_MS);
}

function isAtEdge({ nowMs }: Evidence): boolean {
  const into = nowMs() % MINUTE_MS;
  return into < EDGE_MS || into > MINUTE_MS - EDGE_MS;
}
