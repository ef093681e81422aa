// The act after a commit that planned a stop or left one behind: the new one is sent, what it replaces is withdrawn once
// it rests, and both outcomes are stored together, with the lease let go. Must only send what was just committed.

import type { Books, ExecutionDeps } from "#app/books";
import { FOLLOW_UP_AFTER_MS, scheduleFollowUp, withMarket } from "#app/books";
import { type AlertCondition, raiseAlert } from "#app/telling";
import { BEYOND_STOP_CODE, liveStop, type StopsToActOn } from "#domain/decide/protective-stop.ts";
import type { StopFact } from "#domain/decide/stop-facts.ts";
import type { Market } from "#domain/documents/market.ts";
import { VenueError } from "#ports/venue.ts";
import { ORDER_NOT_TAKEN_CODE, type StopAnswer, sendStop, withdrawStop } from "./ask-stops.ts";
import { recordFactsOfGroups, type StopContext } from "./commit-stops.ts";
import { hasOpenStops } from "./open-stops.ts";

/** A position beyond its stop is closed by a task of its own; a second later, since tasks are named by theirs. */
const CLOSE_AFTER_MS = 1_000;

/** Books after acting for each group, side by side. Throws LeaseLostError and DocumentError, never a venue's refusal. */
export async function actOnStops(
  deps: ExecutionDeps,
  given: Books,
  stops: readonly StopsToActOn[],
  context: StopContext,
): Promise<Books> {
  const acted = await Promise.all(stops.map((each) => actOnStopsOf(deps, given, each)));
  const venueBannedUntilMs = Math.max(0, ...acted.map((each) => each.venueBannedUntilMs));
  const after = await recordFactsOfGroups(deps, given, acted, { ...context, venueBannedUntilMs });
  for (const { groupId, facts } of acted) await raiseRefusals(deps, after, groupId, facts);
  await followStops(
    deps,
    after,
    acted.flatMap(({ facts }) => facts),
  );
  return after;
}

async function actOnStopsOf(deps: ExecutionDeps, given: Books, { groupId, plannedId }: StopsToActOn) {
  const facts: StopFact[] = [];
  const { fact, venueBannedUntilMs } = await sendPlanned(deps, given, groupId, plannedId);
  if (fact !== null) facts.push(fact);
  const rests = plannedId === null || fact?.type === "rests";
  if (rests) facts.push(...(await withdrawReplaced(deps, given, groupId)));
  return { groupId, facts, venueBannedUntilMs };
}

async function sendPlanned(
  deps: ExecutionDeps,
  books: Books,
  groupId: string,
  plannedId: string | null,
): Promise<StopAnswer> {
  const group = books.groups[groupId];
  const stop = group === undefined ? null : liveStop(group);
  const market = group === undefined ? undefined : books.universe?.markets[group.symbol];
  const isPlanned = stop?.clientStopId === plannedId && stop.status === "SENDING";
  if (group === undefined || stop === null || !isPlanned || market === undefined)
    return { fact: null, venueBannedUntilMs: 0 };
  return await sendStop(deps, books, { group, stop }, market);
}

/** Everything of the group that waits for withdrawal: the caller has made sure that its floor rests, or is not wanted. */
async function withdrawReplaced(
  deps: ExecutionDeps,
  books: Books,
  groupId: string,
): Promise<readonly StopFact[]> {
  const ids = Object.entries(books.control.stopsToCancel).filter(([, stop]) => stop.groupId === groupId);
  const facts: StopFact[] = [];
  for (const [id, { symbol }] of ids) {
    const fact = await withdrawOne(deps, books, symbol, id);
    if (fact !== null) facts.push(fact);
  }
  return facts;
}

/** Null when the venue could not be asked or its word settles nothing: the stop stays to be withdrawn. */
export async function withdrawOne(
  deps: ExecutionDeps,
  given: Books,
  symbol: string,
  id: string,
): Promise<StopFact | null> {
  try {
    const market = await marketOf(deps, given, symbol);
    if (market === null) return null;
    return await withdrawStop(await deps.venueFor(given.profile), market, id);
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn("A stop could not be withdrawn", {
      clientStopId: id,
      kind: error.kind,
      code: error.code,
    });
    return null;
  }
}

export async function marketOf(deps: ExecutionDeps, books: Books, symbol: string): Promise<Market | null> {
  return (await withMarket(deps, books, symbol)).universe?.markets[symbol] ?? null;
}

/** "Reduce-only refused": no such position. Either side of the books is wrong; comparing positions tells and alerts. */
const NO_POSITION_CODE = "-2022";

export async function raiseRefusals(
  deps: ExecutionDeps,
  { accountId, groups }: Books,
  groupId: string,
  facts: readonly StopFact[],
): Promise<void> {
  const group = groups[groupId];
  for (const fact of facts) {
    if (fact.type !== "refused" || group?.stop?.clientStopId !== fact.clientStopId) continue;
    if (fact.refusal.code === NO_POSITION_CODE) continue;
    const { code, message } = fact.refusal;
    const beyond = code === BEYOND_STOP_CODE;
    const alert: AlertCondition = {
      accountId,
      severity: "critical",
      code: beyond ? "POSITION_BEYOND_STOP" : "STOP_REFUSED",
      message: beyond
        ? `The price of ${group.symbol} has passed the group's stop already; it is closed now`
        : `No stop rests for ${group.symbol} ${group.side}: ${code} ${message}`,
      remedy: beyond
        ? "Look whether the stop's distance suits the market"
        : code === ORDER_NOT_TAKEN_CODE
          ? "Close the position by hand if it is still open; the stop is placed anew until then"
          : "Look at what the venue says; the stop is tried again every minute",
      dedupeKey: `${groupId}/${code}`,
    };
    await raiseAlert(deps, alert);
  }
}

/** Arranges the next look: soon while a stop's fate is open, at once when its position has to be closed. */
async function followStops(deps: ExecutionDeps, books: Books, facts: readonly StopFact[]): Promise<void> {
  const beyond = facts.some((fact) => fact.type === "refused" && fact.refusal.code === BEYOND_STOP_CODE);
  if (!beyond && !hasOpenStops(books)) return;
  await scheduleFollowUp(deps, books.accountId, beyond ? CLOSE_AFTER_MS : FOLLOW_UP_AFTER_MS);
}
