// Sends the safety entries whose price is reached, each as an entry of its own: decided on a touch that is read for it, stored,
// then sent. The nearest first, and none while another entry of its group is on its way. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks } from "#app/books";
import { type AlertCondition, alertWritesOnce } from "#app/telling";
import { decideLeg, type LegDecision } from "#domain/decide/decide-leg.ts";
import { isReached, nextSafetyEntry } from "#domain/decide/entry-legs.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { MAX_SAFETY_ORDERS } from "#domain/documents/entry-plan.ts";
import type { Group } from "#domain/documents/group.ts";
import { EntryTouch } from "./entry-touch.ts";
import { askTops, storeAndSend, type TopsBySymbol } from "./leg-orders.ts";
import { withLease } from "./process-intent.ts";

/** Orders of one pass: each is two commits and two requests, about a second; the lease lasts thirty. */
const MOST_LEGS = 8;

/** Whether the account has safety entries that may be sent at all. Nothing is asked of the venue while it has none. */
export function mayAdvanceLegs(
  { slots, tradingState, flatten, throttles }: ControlState,
  nowMs: number,
): boolean {
  const isOpen = tradingState.state === "ACTIVE" && flatten === null && throttles.venueBannedUntilMs <= nowMs;
  return isOpen && Object.values(slots).some(({ legsUsd = null }) => legsUsd !== null);
}

export async function advanceLegs(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  if (!mayAdvanceLegs(given.control, deps.clock.nowMs())) return given;
  const waiting = Object.values(given.groups).filter((group) => nextSafetyEntry(group) !== null);
  // They only tell which are worth a touch of their own.
  const tops = await askTops(
    deps,
    given,
    waiting.map(({ symbol }) => symbol),
  );
  let books = given;
  let left = MOST_LEGS;
  for (const { groupId } of Object.values(given.groups)) {
    for (let legs = 0; legs < MAX_SAFETY_ORDERS && left > 0; legs += 1) {
      const group = books.groups[groupId];
      if (group === undefined || !isNextReached(group, tops)) break;
      const after = await advance(deps, books, group, actor);
      if (after === null) break;
      books = after;
      left -= 1;
    }
  }
  return books;
}

/** Whether the group's next safety entry is at its price. */
export function isNextReached(group: Group, tops: TopsBySymbol): boolean {
  const leg = nextSafetyEntry(group);
  const top = tops.get(group.symbol);
  return leg !== null && top !== undefined && isReached(group, leg, top);
}

/** Null where nothing was sent: the next look finds the leg again. */
async function advance(
  deps: ExecutionDeps,
  given: Books,
  group: Group,
  actor: string,
): Promise<Books | null> {
  const touch = await new EntryTouch(deps, { action: "open", symbol: group.symbol }).answer(given);
  const books = withLease(deps, given);
  const decision = decideLeg({ ...books, touch }, group, deps.clock.nowMs());
  switch (decision.kind) {
    case "wait":
      return null;
    case "withdraw":
      return await commitBooks(deps, given, {
        kind: "LEGS_WITHDRAWN",
        subject: group.groupId,
        actor,
        control: { ...decision.control, lease: given.control.lease },
        group: decision.group,
        showsOnOverview: true,
      });
    case "refuse":
      if (decision.isNews) await commitRefusal(deps, given, decision, actor);
      return null;
    case "place":
      return await storeAndSend(deps, books, decision, actor);
  }
}

async function commitRefusal(
  deps: ExecutionDeps,
  books: Books,
  { group, leg, denials }: Extract<LegDecision, { readonly kind: "refuse" }>,
  actor: string,
): Promise<Books> {
  const codes = denials.map(({ code, limit, actual }) =>
    limit === null && actual === null
      ? code
      : `${code} (${actual ?? "unknown"}, limit ${limit ?? "unknown"})`,
  );
  const { symbol, groupId, strategyId } = group;
  const alert: AlertCondition = {
    accountId: books.accountId,
    severity: "warning",
    code: "ENTRY_LEG_REFUSED",
    message: `Safety entry ${leg.place} of ${strategyId} in ${symbol} is at its price ${leg.priceUsd} and is refused: ${codes.join(", ")}. It is looked at again as long as it waits`,
    remedy:
      "Mend the reason, or let it wait: it is sent once nothing stands against it and its price is still reached",
    dedupeKey: `${groupId}/${leg.place}/${leg.priceUsd}/${denials.map(({ code }) => code).join()}`,
  };
  return await commitBooks(deps, books, {
    kind: "LEG_REFUSED",
    subject: groupId,
    actor,
    control: books.control,
    group,
    showsOnOverview: true,
    also: await alertWritesOnce(deps, alert),
  });
}
