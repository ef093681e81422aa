// Rule 13, no loss is silent (docs/RULES.md), for blindness: what is held while the watchdog gets neither the account nor
// positions with prices is closed at the limit, whichever instances look.
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { CLOCK_TOLERANCE_MS, configInForce, type Evidence, type Invariant } from "./invariant.ts";
import { isHeldAtVenue, type Look, Looks } from "./looks.ts";

/** A look drops its own flatten if the trading state changed meanwhile; the next one does not. */
const LOOKS_OVERDUE = 2;

/** Blindness as the looks that ended with it show it. */
interface Unseen {
  readonly sinceMs: number;
  overdue: number;
}

export const blindnessIsClosed: Invariant = {
  rule: 13,
  name: "blindnessIsClosed",
  says: "What the venue holds for open groups or held at the last sight, and no look of the watchdog could see for the configured time, is being closed.",
  watch(evidence) {
    const looks = new Looks(evidence);
    const unseen = new Map<string, Unseen>();
    /** Whether the last look that saw the account saw something held. */
    const wasHeld = new Map<string, boolean>();
    return {
      left: (request) => looks.left(request),
      handled: (request) => looks.handled(request),
      received: (request, response) => looks.received(request, response),
      landed({ process, changes }) {
        for (const change of changes) {
          const { accountId } = change;
          const look = looks.ended(process, change);
          if (look === null || accountId === null) continue;
          if (look.account !== null) wasHeld.set(accountId, look.account.holds);
          const isKnown = wasHeld.get(accountId) === true || isBooked(evidence, accountId);
          const isHeld = isKnown && isHeldAtVenue(evidence, accountId);
          if (!isUnseen(look) || !isHeld) unseen.delete(accountId);
          else check(evidence, accountId, look, unseen);
        }
      },
    };
  },
};

function isUnseen({ account, hasPositions, oldestPriceMs }: Look): boolean {
  return account === null && !(hasPositions && oldestPriceMs !== null);
}

function isBooked(evidence: Evidence, accountId: string): boolean {
  const control = evidence.read<ControlState>(paths.control(accountId));
  return Object.values(control?.slots ?? {}).some(({ qtyBase }) => Number(qtyBase) > 0);
}

function check(evidence: Evidence, accountId: string, { begunMs }: Look, all: Map<string, Unseen>): void {
  const nowMs = evidence.nowMs();
  const unseen = all.get(accountId) ?? { sinceMs: nowMs, overdue: 0 };
  all.set(accountId, unseen);
  const limitMs = configInForce(evidence, accountId)?.watchdog?.maxBlindMs ?? null;
  const flatten = evidence.read<ControlState>(paths.control(accountId))?.flatten ?? null;
  if (limitMs === null || begunMs === null || flatten !== null) return;
  // Between the end of the first such look and the beginning of this one: no look counts its age shorter.
  if (begunMs - unseen.sinceMs < limitMs + 2 * CLOCK_TOLERANCE_MS) return;
  unseen.overdue += 1;
  if (unseen.overdue < LOOKS_OVERDUE) return;
  evidence.fail(
    `${accountId} holds what no look has seen for ${nowMs - unseen.sinceMs} ms, limit ${limitMs}, and nothing is closed`,
  );
}
