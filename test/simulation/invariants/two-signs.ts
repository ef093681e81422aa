// Rule 5, fresh ground (docs/RULES.md), for closing everything unasked: silence flattens only when two independent parts
// are silent, and a part that is called silent really is. Claims are compared with the documents and their times.
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { WatchdogRecord } from "#domain/watchdog/view.ts";
import {
  type Change,
  CLOCK_TOLERANCE_MS,
  configInForce,
  type Evidence,
  type Invariant,
} from "./invariant.ts";

const SIGNS_NEEDED = 2;

interface Memory {
  last: WatchdogRecord | null;
  /** Process that ordered a flatten and has not stored its look yet, and when, by its own clock. */
  ordered: { readonly by: string; readonly atMs: number } | null;
  readonly navs: { readonly landedMs: number; readonly checkedAtMs: number }[];
}

export const silenceNeedsTwoSigns: Invariant = {
  rule: 5,
  name: "silenceNeedsTwoSigns",
  says: "The watchdog closes everything for silence only when two different parts were silent at that look, one already at the look before, and each of them really was.",
  watch(evidence) {
    const memories = new Map<string, Memory>();
    const memoryOf = (accountId: string): Memory => {
      const memory = memories.get(accountId) ?? { last: null, ordered: null, navs: [] };
      memories.set(accountId, memory);
      return memory;
    };
    return {
      landed({ process, changes }) {
        for (const change of changes) {
          const { accountId, path, after } = change;
          if (accountId === null || after === null) continue;
          const memory = memoryOf(accountId);
          if (path === paths.nav(accountId)) {
            memory.navs.push({ landedMs: evidence.nowMs(), checkedAtMs: Number(after.checkedAtMs) });
          } else if (process?.kind !== "watchdog") {
          } else if (path === paths.control(accountId) && isOrderedForSilence(change)) {
            checkFirstSign(evidence, accountId, memory.last);
            memory.ordered = { by: process.id, atMs: Number(after.updatedAtMs) };
          } else if (path === paths.telemetry(accountId, "watchdog")) {
            const record = after as unknown as WatchdogRecord;
            if (isOfOrder(memory, process.id, record)) {
              checkSources(evidence, accountId, record);
              memory.ordered = null;
            }
            checkClaims(evidence, accountId, record, memory);
            memory.last = record;
          }
        }
      },
    };
  },
};

/** A look that lost the reply to its order ends without a record, and slower looks of the same process may end first. */
function isOfOrder({ ordered }: Memory, processId: string, { verdict, lookedAtMs }: WatchdogRecord): boolean {
  return ordered?.by === processId && verdict === "flatten" && lookedAtMs <= ordered.atMs;
}

function isOrderedForSilence({ before, after }: Change): boolean {
  const was = before as unknown as ControlState | null;
  const is = after as unknown as ControlState;
  return was?.flatten === null && is.flatten !== null && is.tradingState.cause === "watchdog";
}

function checkFirstSign(evidence: Evidence, accountId: string, last: WatchdogRecord | null): void {
  if (!(last?.findings ?? []).some(({ source }) => source !== null))
    evidence.fail(`${accountId} is being flattened at the first look that found silence`);
}

/** The look that ordered it stores what it saw once it has acted. */
function checkSources(evidence: Evidence, accountId: string, { findings }: WatchdogRecord): void {
  const sources = new Set(findings.flatMap(({ source }) => source ?? []));
  if (sources.size < SIGNS_NEEDED)
    evidence.fail(`${accountId} is being flattened on one sign: ${[...sources].join() || "none"}`);
}

/** A NAV that is called silent had not been written for as long as that takes when the look was made. */
function checkClaims(
  evidence: Evidence,
  accountId: string,
  { findings, lookedAtMs }: WatchdogRecord,
  { navs }: Memory,
): void {
  if (!findings.some(({ source }) => source === "nav")) return;
  const config = configInForce(evidence, accountId);
  // A look is dated before it reads.
  const begunMs = lookedAtMs - CLOCK_TOLERANCE_MS;
  // One that was made unreadable says nothing to whoever reads it, from that moment on.
  if (navs.some(({ landedMs, checkedAtMs }) => landedMs > begunMs && Number.isNaN(checkedAtMs))) return;
  const nav = navs.findLast(({ landedMs }) => landedMs <= begunMs);
  if (nav === undefined || config?.watchdog === undefined) return;
  const ageMs = lookedAtMs - nav.checkedAtMs;
  if (ageMs + CLOCK_TOLERANCE_MS < config.watchdog.maxNavAgeMs)
    evidence.fail(`the watchdog calls a NAV of ${accountId} silent that is ${ageMs} ms old`);
}
