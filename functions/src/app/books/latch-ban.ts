// A venue's ban, kept in the control document whichever call met it: a look-up, a cancel, a read. Sends keep theirs with
// the order's outcome (see recordOutcome). Only time ends it.
import { type AlertCondition, alertWrites } from "#app/telling";
import type { ControlState } from "#domain/documents/control.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { VenueError } from "#ports/venue.ts";
import type { Books, ExecutionDeps } from "./books.ts";
import { changeControl } from "./change-control.ts";
import { commitBooks } from "./commit-books.ts";

const KIND = "VENUE_BAN_LATCHED";
/** A ban within this time after another one ended is the same incident, and is told once: looks are a minute apart. */
const SAME_INCIDENT_MS = 600_000;

/** The alert of a new ban until `untilMs`; null for one that is known, and where there is none. */
export function alertOfBan(
  { accountId, throttles, journalSeq }: ControlState,
  untilMs: number,
  nowMs: number,
): AlertCondition | null {
  const isOver = throttles.venueBannedUntilMs + SAME_INCIDENT_MS <= nowMs;
  if (untilMs <= nowMs || !isOver) return null;
  return {
    accountId,
    severity: "critical",
    code: "VENUE_BAN",
    message: `The venue has banned us until ${new Date(untilMs).toISOString()}: nothing can be ordered, looked up or closed by us until then`,
    remedy:
      "Watch what is held at the venue itself; find out what used up the request limit, or which address or region is blocked",
    dedupeKey: String(journalSeq),
  };
}

function tellsOf(control: ControlState, untilMs: number, nowMs: number): readonly DocumentWrite[] {
  const alert = alertOfBan(control, untilMs, nowMs);
  return alert === null ? [] : alertWrites(alert, nowMs);
}

/** The end of the ban that the error tells of; null when it tells of none. */
export function bannedUntilMs(error: unknown): number | null {
  return error instanceof VenueError && error.kind === "banned" ? error.retryAtMs : null;
}

/** The same control document when the ban is known already, since none is ever shortened. */
export function withBan(control: ControlState, untilMs: number): ControlState {
  const { throttles } = control;
  if (throttles.venueBannedUntilMs >= untilMs) return control;
  return { ...control, throttles: { ...throttles, venueBannedUntilMs: untilMs } };
}

/** For who acts on books: they are committed with the ban. Anything but a new ban leaves them as they are. */
export async function latchBan(
  deps: ExecutionDeps,
  books: Books,
  error: unknown,
  actor: string,
): Promise<Books> {
  const untilMs = bannedUntilMs(error);
  if (untilMs === null) return books;
  const control = withBan(books.control, untilMs);
  if (control === books.control) return books;
  const also = tellsOf(books.control, untilMs, deps.clock.nowMs());
  return await commitBooks(deps, books, { kind: KIND, subject: String(untilMs), actor, control, also });
}

/** Asks the venue outside of books; a ban that the question meets is latched before it is thrown. */
export async function latchingBans<T>(
  deps: ExecutionDeps,
  accountId: string,
  actor: string,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    await latchBanOf(deps, accountId, error, actor);
    throw error;
  }
}

/** For who holds no books, or books that the failure has made worthless. Throws DocumentError. */
export async function latchBanOf(
  deps: ExecutionDeps,
  accountId: string,
  error: unknown,
  actor: string,
): Promise<void> {
  const untilMs = bannedUntilMs(error);
  if (untilMs !== null) await latchBanUntil(deps, accountId, { untilMs, actor });
}

/**
 * For who keeps the error as an answer. `known` is the control document as the caller remembers it: a ban that it shows
 * costs nothing, since none is ever shortened. Returns the document as it is then. Throws DocumentError.
 */
export async function latchBanUntil(
  deps: ExecutionDeps,
  accountId: string,
  { untilMs, actor }: { readonly untilMs: number; readonly actor: string },
  known: ControlState | null = null,
): Promise<ControlState> {
  if (known !== null && withBan(known, untilMs) === known) return known;
  const books = await changeControl(deps, accountId, actor, ({ control: fresh }) => {
    const control = withBan(fresh, untilMs);
    const also = tellsOf(fresh, untilMs, deps.clock.nowMs());
    return control === fresh ? null : { kind: KIND, subject: String(untilMs), control, also };
  });
  return books.control;
}
