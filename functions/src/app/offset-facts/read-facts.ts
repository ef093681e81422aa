// The facts beside the books that an offset is decided on: alarms, ended groups of a plan, and the touches of now. A fact that
// cannot be read is missing, and counts against the offset.

import type { Books, ExecutionDeps, LoadDeps } from "#app/books";
import { latchBan } from "#app/books";
import { decode } from "#app/documents";
import type { Group } from "#domain/documents/group.ts";
import type { Touch } from "#domain/documents/market.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { OffsetPlan } from "#domain/documents/offset.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alarms, OffsetGround } from "#domain/offset/ground.ts";
import type { DocumentSnapshot } from "#ports/documents.ts";
import { partly, VenueError } from "#ports/venue.ts";
import { groupSchema } from "#schemas/books.ts";
import { navSchema } from "#schemas/nav.ts";
import { watchdogRecordSchema } from "#schemas/watchdog.ts";
import { readOrNull } from "./read-or-null.ts";

type Touches = OffsetGround["touches"];

/** Books and touches, with alarms and entries as they are assumed to be until they are read. */
export function groundOf(books: Books, touches: Touches, nowMs: number): OffsetGround {
  const { control, config, nav, groups, universe } = books;
  const markets = universe?.markets ?? {};
  return {
    control,
    config,
    nav,
    groups,
    markets,
    touches,
    entries: "assumed",
    alarms: "assumed",
    nowMs,
  };
}

export async function readNav(deps: LoadDeps, accountId: string): Promise<Nav | null> {
  const [snapshot] = await deps.documents.getAll([paths.nav(accountId)]);
  return snapshot === undefined ? null : readOrNull(deps, () => decode(navSchema, snapshot));
}

/** The NAV's marks as touches: good enough to see that nothing can be planned, and dated for people. */
export function touchesOfNav({ nav }: Books, nowMs: number): Touches {
  const marks = Object.entries(nav?.marks ?? {});
  return Object.fromEntries(marks.map(([symbol, mark]) => [symbol, { ...mark, askedAtMs: nowMs }]));
}

export interface AskedTouches {
  /** Null: the venue did not answer. */
  readonly touches: Touches | null;
  /** A ban that the question met is latched in them. */
  readonly books: Books;
}

export async function askTouches(
  deps: ExecutionDeps,
  books: Books,
  symbols: readonly string[],
  actor: string,
): Promise<AskedTouches> {
  const askedAtMs = deps.clock.nowMs();
  try {
    const venue = await deps.venueFor(books.profile);
    const { readable } = await partly(venue.fetchTopOfBook(symbols));
    const touches = readable.map((top): [string, Touch] => [top.symbol, { ...top, askedAtMs }]);
    return { touches: Object.fromEntries(touches), books };
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    const { accountId } = books;
    deps.logger.warn("Touches for an offset could not be read", { accountId, code: error.code });
    return { touches: null, books: await latchBan(deps, books, error, actor) };
  }
}

export async function readAlarms(deps: LoadDeps, accountId: string): Promise<Alarms> {
  const [open, [watchdog]] = await Promise.all([
    deps.documents.query({
      collection: paths.alerts(accountId),
      where: [
        { field: "severity", op: "==", value: "critical" },
        { field: "acknowledgedAtMs", op: "==", value: null },
      ],
      limit: 1,
    }),
    deps.documents.getAll([paths.telemetry(accountId, "watchdog")]),
  ]);
  const [first] = open;
  const record =
    watchdog === undefined ? null : readOrNull(deps, () => decode(watchdogRecordSchema, watchdog));
  return {
    alertCode: first === undefined ? null : codeOf(first),
    watchdog: record === null ? null : { verdict: record.verdict, lookedAtMs: record.lookedAtMs },
  };
}

/** An alert that cannot be read is one nevertheless. */
function codeOf({ data, path }: DocumentSnapshot): string {
  const code = data?.code;
  return typeof code === "string" ? code : path;
}

/** The groups of a plan that the books do not hold any more, as they ended. */
export async function readEndedGroups(
  deps: LoadDeps,
  { accountId, groups, setAside }: Books,
  { loser, winners }: OffsetPlan,
): Promise<Readonly<Record<string, Group>>> {
  const missing = [...winners, loser]
    .map(({ groupId }) => groupId)
    .filter((groupId) => groups[groupId] === undefined && !setAside.some((each) => each.groupId === groupId));
  if (missing.length === 0) return {};
  const snapshots = await deps.documents.getAll(missing.map((groupId) => paths.group(accountId, groupId)));
  const found = snapshots.flatMap((snapshot) => readOrNull(deps, () => decode(groupSchema, snapshot)) ?? []);
  return Object.fromEntries(found.map((group) => [group.groupId, group]));
}
