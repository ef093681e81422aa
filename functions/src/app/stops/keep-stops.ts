// Makes the venue's resting exits what the books say they should be: learns the fate of those that are open, withdraws
// what guards nothing, places what is missing. A follow-up looks only at what is open; reconciling compares the lists.

import type { Books, ExecutionDeps } from "#app/books";
import { withMarket } from "#app/books";
import { alertWrites } from "#app/telling";
import { liveExits, withStopToCancel } from "#domain/books/resting-exits.ts";
import { dueWithdrawals, exitsToActOn, planExits } from "#domain/decide/plan-exits.ts";
import { type Tops, withBestPrice } from "#domain/decide/trailing.ts";
import type { StopToCancel } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { VenueError, type VenueStop } from "#ports/venue.ts";
import { actOnStops, recordStopFacts } from "./act-on-stops.ts";
import { lookUpStop } from "./ask-stops.ts";
import { commitStopChange, type StopContext } from "./commit-stops.ts";
import { orphansOf, stopGround } from "./open-stops.ts";
import { raiseRefusals } from "./tell-exits.ts";
import { marketOf, withdrawOne } from "./withdraw-stop.ts";

/** Books after a look at everything that is open, and the stops that the groups lack placed. */
export async function keepStops(deps: ExecutionDeps, given: Books, actor: string): Promise<Books> {
  return await placeStops(deps, await learnStops(deps, given, actor, null), actor);
}

/**
 * Learns the fate of the stops; `atVenue` is the venue's list of waiting ones, asked for after `given` were
 * loaded, null to look only at open ones.
 */
export async function learnStops(
  deps: ExecutionDeps,
  given: Books,
  actor: string,
  atVenue: readonly VenueStop[] | null,
): Promise<Books> {
  const context: StopContext = { actor, mayRelease: false };
  const orphans = orphansOf(given, atVenue ?? []);
  let books = given;
  // Stops that were left behind come first: if one closed a group, that group's own stop guards nothing.
  books = await withdrawDue(deps, books, context);
  for (const group of Object.values(given.groups)) {
    for (const { clientStopId: id } of liveExits(group))
      books = await learnExit(deps, books, { groupId: group.groupId, id, atVenue }, context);
  }
  for (const stop of orphans) books = await withdrawOrphan(deps, books, stop, context);
  return books;
}

/** Exits for the groups that lack some, by prices where a stop follows one; then what a stop that was only now found to rest replaces is withdrawn. */
export async function placeStops(
  deps: ExecutionDeps,
  given: Books,
  actor: string,
  tops: Tops = {},
): Promise<Books> {
  const context: StopContext = { actor, mayRelease: false };
  let books = given;
  for (const groupId of Object.keys(books.groups))
    books = await placeStop(deps, books, { groupId, tops }, context);
  return await withdrawDue(deps, books, context);
}

async function withdrawDue(deps: ExecutionDeps, given: Books, context: StopContext): Promise<Books> {
  let books = given;
  for (const id of dueWithdrawals(books.control, books.groups, stopGround(books))) {
    books = await withdraw(deps, books, id, context);
  }
  return books;
}

/** Withdraws one stop that guards nothing, and books what it took should it have fired before. */
async function withdraw(deps: ExecutionDeps, books: Books, id: string, context: StopContext): Promise<Books> {
  const left = books.control.stopsToCancel[id];
  if (left === undefined) return books;
  const fact = await withdrawOne(deps, books, left.symbol, id);
  if (fact === null) return books;
  return await recordStopFacts(deps, books, { groupId: holderOf(books, left), facts: [fact] }, context);
}

/**
 * The stop's group while it is open, else the one that holds its symbol now, because the stop takes from that
 * one.
 */
function holderOf({ groups }: Books, { groupId, symbol }: StopToCancel): string | null {
  const holder = groups[groupId] ?? Object.values(groups).find((group) => group.symbol === symbol);
  return holder?.groupId ?? null;
}

interface LookedAt {
  readonly groupId: string;
  readonly id: string;
  readonly atVenue: readonly VenueStop[] | null;
}

/**
 * The fate of one of a group's own exits: whether it rests, was withdrawn by somebody else, or fired. One that the venue
 * lists needs no look-up. A venue that does not answer leaves it as it is, for the next look.
 */
async function learnExit(
  deps: ExecutionDeps,
  given: Books,
  { groupId, id, atVenue }: LookedAt,
  context: StopContext,
): Promise<Books> {
  const group = given.groups[groupId];
  const exit =
    group === undefined ? undefined : liveExits(group).find(({ clientStopId }) => clientStopId === id);
  // One that was looked at before it may have ended the group, or left this one behind.
  if (group === undefined || exit === undefined) return given;
  const isListed = atVenue?.some(({ clientStopId }) => clientStopId === id) ?? false;
  if (exit.status === "RESTING" && (isListed || atVenue === null)) return given;
  if (!isListed) return await askForStop(deps, given, { group, id }, context);
  const facts = [{ type: "rests", clientStopId: id }] as const;
  return await recordStopFacts(deps, given, { groupId, facts }, context);
}

/** Books after the venue was asked for the group's stop by its id. */
async function askForStop(
  deps: ExecutionDeps,
  given: Books,
  { group: { groupId, symbol }, id }: { readonly group: Group; readonly id: string },
  context: StopContext,
): Promise<Books> {
  try {
    const market = await marketOf(deps, given, symbol);
    if (market === null) return given;
    const fact = await lookUpStop(await deps.venueFor(given.profile), market, id);
    if (fact === null) return given;
    const books = await withMarket(deps, given, symbol);
    const after = await recordStopFacts(deps, books, { groupId, facts: [fact] }, context);
    await raiseRefusals(deps, after, groupId, [fact]);
    return after;
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn("A stop could not be looked up", {
      clientStopId: id,
      kind: error.kind,
      code: error.code,
    });
    return given;
  }
}

/** A stop of ours that waits at the venue and that no book knows: withdrawn, since nothing would ever ask for it. */
async function withdrawOrphan(
  deps: ExecutionDeps,
  given: Books,
  { clientStopId: id, symbol, kind: saidKind }: VenueStop,
  context: StopContext,
): Promise<Books> {
  const noted = await commitStopChange(deps, given, context, ({ accountId, control, groups }) => {
    const isKnown = Object.values(groups).some((group) =>
      liveExits(group).some(({ clientStopId }) => clientStopId === id),
    );
    if (isKnown || control.stopsToCancel[id] !== undefined) return null;
    const nowMs = deps.clock.nowMs();
    const kind = saidKind === "takeProfit" ? saidKind : "stop";
    const exit = { clientStopId: id, sendDeadlineMs: nowMs, absences: { count: 0, lastAtMs: null } };
    const holder = Object.values(groups).find((group) => group.symbol === symbol);
    const groupId = holder?.groupId ?? id;
    const alert = {
      accountId,
      severity: "warning",
      code: "STOP_ORPHANED",
      message: `${kind === "stop" ? "A protective stop" : "A take-profit"} of ${symbol} rested at the venue that the books did not know; it is withdrawn`,
      remedy: "Look into the journal for what became of its group",
      dedupeKey: `${id}/${control.journalSeq}`,
    } as const;
    const stopsToCancel = withStopToCancel(control, { groupId, symbol, kind }, exit);
    return {
      kind: "STOP_ORPHAN_FOUND",
      subject: id,
      group: null,
      control: { ...control, stopsToCancel },
      also: alertWrites(alert, nowMs),
    };
  });
  return noted === given ? given : await withdraw(deps, noted, id, context);
}

/** Plans and sends the exits that the group lacks; nothing when the present ones fit. */
async function placeStop(
  deps: ExecutionDeps,
  given: Books,
  { groupId, tops }: { readonly groupId: string; readonly tops: Tops },
  context: StopContext,
): Promise<Books> {
  const symbol = given.groups[groupId]?.symbol;
  if (symbol === undefined) return given;
  let books = given;
  try {
    books = await withMarket(deps, given, symbol);
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.logger.warn("A stop waits for its market", { groupId, kind: error.kind, code: error.code });
    return given;
  }
  const market = books.universe?.markets[symbol] ?? null;
  let acts: ReturnType<typeof exitsToActOn> = null;
  const stored = await commitStopChange(deps, books, context, ({ accountId, groups, control, config }) => {
    acts = null;
    const group = groups[groupId];
    if (group === undefined) return null;
    const stopBps = config.watchdog.protectiveStopBps;
    // The price it stands on is stored with the stop that it moves, and not without.
    const seen = { group: withBestPrice(group, tops), control };
    const planned = planExits(seen, { accountId, stopBps, market, nowMs: deps.clock.nowMs() });
    acts = exitsToActOn(group, planned.group);
    if (acts === null) return null;
    const [firstId] = acts.plannedIds;
    return {
      kind: firstId === undefined ? "STOP_DROPPED" : "STOP_PLANNED",
      subject: firstId ?? planned.group.stop?.clientStopId ?? groupId,
      ...planned,
    };
  });
  return acts === null ? stored : await actOnStops(deps, stored, [acts], context);
}
