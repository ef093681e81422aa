// Rule 5, fresh ground (docs/RULES.md), for closing everything unasked: silence flattens only when faults of two independent
// causes were at work, at an account that an earlier look had reduced; or when nothing could be seen for the configured
// time. Causes are computed from commits, from the wire and from orders; the product's own table and findings are left
// unread, but for the claim that NAV was silent.
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
import { type Look, Looks } from "./looks.ts";
import { Beats, type Cause, CausesAtWork } from "./silent-causes.ts";

const CAUSES_NEEDED = 2;
/** Answers older than this may be another look's, which died: under a ban a look asks for nothing. */
const SHORT_LOOK_MS = 10_000;

interface Memory {
  readonly navs: { readonly landedMs: number; readonly checkedAtMs: number }[];
  /** Looks that saw what is held, by when they asked, and the last one's account answer. */
  readonly sights: Beats;
  positions: string | null;
}

export const silenceNeedsTwoSigns: Invariant = {
  rule: 5,
  name: "silenceNeedsTwoSigns",
  says: "The watchdog closes everything for silence only when two independent causes of silence were at work after a look that had reduced, or when no look saw anything for the configured time; and a part that it calls silent really was.",
  watch(evidence) {
    const looks = new Looks(evidence);
    const causes = new CausesAtWork(evidence);
    const memories = new Map<string, Memory>();
    const memoryOf = (accountId: string, seenMs = evidence.setup.startMs): Memory => {
      const memory = memories.get(accountId) ?? { navs: [], sights: new Beats(seenMs), positions: null };
      memories.set(accountId, memory);
      return memory;
    };
    return {
      found(documents) {
        for (const { path, accountId, after } of documents) {
          if (accountId === null) continue;
          // Begun in another run: what its looks saw is not known here.
          const memory = memoryOf(accountId, 0);
          const checkedAtMs = Number(after?.checkedAtMs);
          if (path === paths.nav(accountId)) memory.navs.push({ landedMs: checkedAtMs, checkedAtMs });
        }
        causes.found(documents);
      },
      left: (request) => looks.left(request),
      handled: (request) => looks.handled(request),
      received(request, response) {
        looks.received(request, response);
        causes.received(request, response);
      },
      landed({ process, changes }) {
        for (const change of changes) {
          const { accountId, path, after } = change;
          if (accountId === null || after === null) continue;
          const memory = memoryOf(accountId);
          if (path === paths.nav(accountId))
            memory.navs.push({ landedMs: evidence.nowMs(), checkedAtMs: Number(after.checkedAtMs) });
          if (process?.kind === "watchdog" && isOrderedForSilence(change)) {
            // The look that orders it may see, too.
            const look = looks.under(process, accountId);
            const isOfNow = evidence.nowMs() - (look.begunMs ?? 0) < SHORT_LOOK_MS;
            if (isOfNow && isSight(look, memory)) memory.sights.add(evidence.nowMs());
            checkOrder(evidence, change, memory, causes.of(process, accountId));
          }
          causes.landed(change);
          const ended = looks.ended(process, change);
          if (ended !== null) endLook(evidence, change, ended, memory);
        }
      },
    };
  },
};

/** An answer of the same worth to the last decimal is a copy of the one before it, unless nothing is held. */
function isSight({ account }: Look, { positions }: Memory): boolean {
  return account !== null && (!account.holds || account.positions !== positions);
}

function endLook(evidence: Evidence, { accountId, after }: Change, look: Look, memory: Memory): void {
  // Of when it was asked: a look that paused may end long after others that saw nothing.
  if (isSight(look, memory)) memory.sights.add(look.account?.askedMs ?? evidence.nowMs());
  memory.positions = look.account?.positions ?? memory.positions;
  checkClaims(evidence, accountId ?? "", after as unknown as WatchdogRecord, memory);
}

function isOrderedForSilence({ accountId, path, before, after }: Change): boolean {
  if (accountId === null || path !== paths.control(accountId)) return false;
  const was = before as unknown as ControlState | null;
  const is = after as unknown as ControlState;
  return was?.flatten === null && is.flatten !== null && is.tradingState.cause === "watchdog";
}

function checkOrder(
  evidence: Evidence,
  { accountId, before, after }: Change,
  { sights }: Memory,
  causes: ReadonlySet<Cause>,
): void {
  const limitMs = configInForce(evidence, accountId ?? "")?.watchdog?.maxBlindMs ?? 0;
  // Of looks beside one another, the one that orders may have read its memory before the other one saw.
  if (sights.longestGapMs(evidence.nowMs()) + CLOCK_TOLERANCE_MS >= limitMs) return;
  const { state } = (before as unknown as ControlState).tradingState;
  const says = (after as unknown as ControlState).flatten?.reason;
  if (state === "ACTIVE")
    evidence.fail(`${accountId} is being flattened at the first look that found silence: ${says}`);
  if (causes.size < CAUSES_NEEDED)
    evidence.fail(`${accountId} is being flattened for ${[...causes].join() || "no"} silence alone: ${says}`);
}

/** A NAV that is called silent had not been written for as long as that takes when the look was made. */
function checkClaims(
  evidence: Evidence,
  accountId: string,
  { findings, lookedAtMs }: WatchdogRecord,
  { navs }: Memory,
): void {
  if (!findings.some(({ code }) => code === "NAV_MISSED")) return;
  const config = configInForce(evidence, accountId);
  // A look is dated before it reads.
  const begunMs = lookedAtMs - CLOCK_TOLERANCE_MS;
  // A NAV document that was made unreadable is no sign for its readers from that moment on.
  if (navs.some(({ landedMs, checkedAtMs }) => landedMs > begunMs && Number.isNaN(checkedAtMs))) return;
  const nav = navs.findLast(({ landedMs }) => landedMs <= begunMs);
  if (nav === undefined || config?.watchdog === undefined) return;
  const ageMs = lookedAtMs - nav.checkedAtMs;
  if (ageMs + CLOCK_TOLERANCE_MS < config.watchdog.maxNavAgeMs)
    evidence.fail(`the watchdog calls a NAV of ${accountId} silent that is ${ageMs} ms old`);
}
