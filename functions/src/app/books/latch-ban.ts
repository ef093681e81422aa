// A venue's ban, kept in the control document whichever call met it: a look-up, a cancel, a read. Sends keep theirs with
// the order's outcome (see recordOutcome). Only time ends it.
import type { ControlState } from "#domain/documents/control.ts";
import { VenueError } from "#ports/venue.ts";
import type { Books, ExecutionDeps } from "./books.ts";
import { changeControl } from "./change-control.ts";
import { commitBooks } from "./commit-books.ts";

const KIND = "VENUE_BAN_LATCHED";

/** The end of the ban that the error tells of; null when it tells of none. */
export function bannedUntilMs(error: unknown): number | null {
  return error instanceof VenueError && error.kind === "banned" ? error.retryAtMs : null;
}

/** Null when the ban is known already. */
function withBan(control: ControlState, untilMs: number): ControlState | null {
  const { throttles } = control;
  if (throttles.venueBannedUntilMs >= untilMs) return null;
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
  const control = untilMs === null ? null : withBan(books.control, untilMs);
  if (control === null) return books;
  return await commitBooks(deps, books, { kind: KIND, subject: String(untilMs), actor, control });
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
  if (known !== null && withBan(known, untilMs) === null) return known;
  const books = await changeControl(deps, accountId, actor, ({ control: fresh }) => {
    const control = withBan(fresh, untilMs);
    return control === null ? null : { kind: KIND, subject: String(untilMs), control };
  });
  return books.control;
}
