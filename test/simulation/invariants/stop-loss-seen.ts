// Rule 13, no loss is silent (docs/RULES.md), for a session's stop-loss: while the venue answers for the account, a worth at
// or below it, by the matching engine's own reckoning, is being closed, whatever becomes of prices and NAV. Coins are part of
// the worth: the stop-loss is a height of NAV, which counts them, and so does a person who looks at the account.
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import { CoinWorth } from "./coin-worth.ts";
import { CLOCK_TOLERANCE_MS, configInForce, type Evidence, type Invariant } from "./invariant.ts";
import { isHeldAtVenue, type Look, Looks, PRICES, worthUsd } from "./looks.ts";

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
    const coins = new CoinWorth(evidence);
    const memories = new Map<string, Memory>();
    const read = (accountId: string): ControlState | null => evidence.read(paths.control(accountId));
    return {
      left: (request) => looks.left(request),
      handled(request) {
        looks.handled(request);
        const { accountId, name } = request;
        if (name === PRICES) coins.pricesTold();
        const memory = memories.get(accountId);
        if (memory === undefined) return;
        const equityUsd = worthUsd(evidence, accountId) + coins.nowUsd(accountId);
        if (!isBelow(memory.stopUsd, equityUsd)) memory.belowSinceMs = null;
      },
      received: (request, response) => looks.received(request, response),
      landed({ process, changes }) {
        for (const change of changes) {
          const { accountId, path } = change;
          if (accountId === null) continue;
          if (path === paths.control(accountId)) remember(evidence, memories, read(accountId));
          const look = looks.ended(process, change);
          const memory = memories.get(accountId);
          if (look === null || memory === undefined) continue;
          const coinsUsd = coins.mostUsd(accountId, pricedNow(evidence, accountId, look));
          check(evidence, accountId, { look, coinsUsd }, memory);
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

/** Symbols of which the look was told a price that is young enough to be one. */
function pricedNow(evidence: Evidence, accountId: string, { pricedAtMs }: Look): ReadonlySet<string> {
  const limitMs = configInForce(evidence, accountId)?.watchdog?.maxMarketDataAgeMs ?? 0;
  const oldestMs = evidence.nowMs() - limitMs + CLOCK_TOLERANCE_MS;
  return new Set([...pricedAtMs].flatMap(([symbol, atMs]) => (atMs > oldestMs ? [symbol] : [])));
}

interface Worth {
  readonly look: Look;
  readonly coinsUsd: number;
}

function check(evidence: Evidence, accountId: string, { look, coinsUsd }: Worth, memory: Memory): void {
  const { account } = look;
  const config = configInForce(evidence, accountId);
  const isFlattened = evidence.read<ControlState>(paths.control(accountId))?.flatten != null;
  // Reserves are coins elsewhere, of which the venue knows nothing.
  if (account === null || config?.watchdog === undefined || config.reserves.length > 0 || isFlattened) return;
  const equityUsd = account.equityUsd + coinsUsd;
  if (!account.isTrue || !account.holds || !isBelow(memory.stopUsd, equityUsd)) return;
  memory.belowSinceMs ??= account.askedMs;
  // The control document is read after the account has answered: a stop-loss that stood by then was judged.
  const isJudged = memory.armedMs < account.askedMs && isHeldAtVenue(evidence, accountId);
  const boundMs = look.oldestPriceMs === null ? 0 : config.watchdog.maxMarketDataAgeMs + CLOCK_TOLERANCE_MS;
  if (!isJudged || evidence.nowMs() - memory.belowSinceMs < boundMs) return;
  evidence.fail(
    `${accountId} was worth ${equityUsd} USD at a look that the venue answered, at or below its session's stop-loss ${memory.stopUsd}, and nothing is closed`,
  );
}
