// Rule 13, no loss is silent (docs/RULES.md), for a session's stop-loss: while the venue answers for the account, a worth at
// or below it, by the matching engine's own reckoning, is being closed, whatever becomes of prices, NAV and coins.
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { CLOCK_TOLERANCE_MS, configInForce, type Evidence, type Invariant } from "./invariant.ts";
import { isHeldAtVenue, type Look, Looks, worthUsd } from "./looks.ts";

/** The venue's mark lies between bid and ask: it may be above the one and below the other by so much of the worth. */
const MARGIN = 0.0002;

/** Since when a stop-loss has stood as it is, and the worth has been at or below it at every answer of the venue. */
interface Memory {
  stopUsd: number;
  armedMs: number;
  belowSinceMs: number | null;
}

export const stopLossIsNeverSilent: Invariant = {
  rule: 13,
  name: "stopLossIsNeverSilent",
  says: "A look that got the account's true answer closes everything when the engine's own worth is at or below the session's stop-loss: at once without any price, else once prices cannot be older.",
  watch(evidence) {
    const looks = new Looks(evidence);
    const memories = new Map<string, Memory>();
    const read = (accountId: string): ControlState | null => evidence.read(paths.control(accountId));
    return {
      left: (request) => looks.left(request),
      handled(request) {
        looks.handled(request);
        const memory = memories.get(request.accountId);
        if (memory !== undefined && !isBelow(memory.stopUsd, worthUsd(evidence, request.accountId)))
          memory.belowSinceMs = null;
      },
      received: (request, response) => looks.received(request, response),
      landed({ process, changes }) {
        for (const change of changes) {
          const { accountId, path } = change;
          if (accountId === null) continue;
          if (path === paths.control(accountId)) remember(evidence, memories, read(accountId));
          const look = looks.ended(process, change);
          const memory = memories.get(accountId);
          if (look !== null && memory !== undefined) check(evidence, accountId, look, memory);
        }
      },
    };
  },
};

function isBelow(stopUsd: number, equityUsd: number): boolean {
  return equityUsd <= stopUsd * (1 - MARGIN);
}

function remember(evidence: Evidence, memories: Map<string, Memory>, control: ControlState | null): void {
  if (control === null) return;
  const stopUsd = Number(control.session?.stopLossNavUsd ?? Number.NaN);
  if (Number.isNaN(stopUsd)) memories.delete(control.accountId);
  else if (memories.get(control.accountId)?.stopUsd !== stopUsd)
    memories.set(control.accountId, { stopUsd, armedMs: evidence.nowMs(), belowSinceMs: null });
}

function check(evidence: Evidence, accountId: string, look: Look, memory: Memory): void {
  const { account } = look;
  const config = configInForce(evidence, accountId);
  const isFlattened = evidence.read<ControlState>(paths.control(accountId))?.flatten != null;
  // Coins count beside the worth in USDT, and are not in the engine's.
  if (account === null || config?.watchdog === undefined || config.reserves.length > 0 || isFlattened) return;
  if (!account.isTrue || !account.holds || !isBelow(memory.stopUsd, account.equityUsd)) return;
  memory.belowSinceMs ??= account.askedMs;
  // The control document is read after the account has answered: a stop-loss that stood by then was judged.
  const isJudged = memory.armedMs < account.askedMs && isHeldAtVenue(evidence, accountId);
  const boundMs = look.oldestPriceMs === null ? 0 : config.watchdog.maxMarketDataAgeMs + CLOCK_TOLERANCE_MS;
  if (!isJudged || evidence.nowMs() - memory.belowSinceMs < boundMs) return;
  evidence.fail(
    `${accountId} was worth ${account.equityUsd} USD at a look that the venue answered, at or below its session's stop-loss ${memory.stopUsd}, and nothing is closed`,
  );
}
