// A venue's refusal that stands for the whole account (key, permission, position mode, region): entries stop at the first,
// with an alert that says what to do. Exits go on being tried. Only an operator ends the latch.
import { type AlertCondition, alertWrites, raiseAlert } from "#app/telling";
import type { ControlState } from "#domain/documents/control.ts";
import { reducedByVenue, VENUE_ACTOR } from "#domain/lifecycle/venue-latch.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { VenueError } from "#ports/venue.ts";
import type { Books, ExecutionDeps } from "./books.ts";
import { changeControl } from "./change-control.ts";
import { commitBooks } from "./commit-books.ts";

export interface AccountRefusal {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

const HOUR_MS = 3_600_000;
const KIND = "ACCOUNT_REFUSED";

/** Null for an error that does not stand for the account. */
export function accountRefusalOf(error: unknown): AccountRefusal | null {
  if (!(error instanceof VenueError) || error.accountRemedy === null) return null;
  return { code: error.code, message: error.message, remedy: error.accountRemedy };
}

/** The control document with entries stopped, and the alert to store with it; unchanged where they are stopped already. */
export function latchedByRefusal(
  control: ControlState,
  refusal: AccountRefusal | null,
  nowMs: number,
): { readonly control: ControlState; readonly alerts: readonly DocumentWrite[] } {
  const latched = refusal === null ? null : reducedByVenue(control, refusal.message, nowMs);
  if (refusal === null || latched === null) return { control, alerts: [] };
  const key = `${refusal.code}/${control.journalSeq}`;
  return { control: latched, alerts: alertWrites(conditionOf(control.accountId, refusal, key), nowMs) };
}

/** For who holds books: they are committed with the latch. Another error leaves them as they are. */
export async function latchRefusal(
  deps: ExecutionDeps,
  books: Books,
  error: unknown,
  actor: string,
): Promise<Books> {
  const refusal = accountRefusalOf(error);
  if (refusal === null) return books;
  const { control, alerts } = latchedByRefusal(books.control, refusal, deps.clock.nowMs());
  if (control === books.control) return await tellAgain(deps, books, refusal);
  const change = { kind: KIND, subject: refusal.code, actor, control, also: alerts, showsOnOverview: true };
  return await commitBooks(deps, books, change);
}

/** For who holds none. Throws DocumentError. */
export async function latchRefusalOf(deps: ExecutionDeps, accountId: string, error: unknown): Promise<void> {
  const refusal = accountRefusalOf(error);
  if (refusal === null) return;
  const before = await changeControl(deps, accountId, VENUE_ACTOR, (books) => {
    const { control, alerts } = latchedByRefusal(books.control, refusal, deps.clock.nowMs());
    return control === books.control ? null : { kind: KIND, subject: refusal.code, control, also: alerts };
  });
  await tellAgain(deps, before, refusal);
}

/** Entries are stopped already, maybe for another reason: the refusal is told once an hour all the same. */
async function tellAgain(deps: ExecutionDeps, books: Books, refusal: AccountRefusal): Promise<Books> {
  const key = `${refusal.code}/${Math.floor(deps.clock.nowMs() / HOUR_MS)}h`;
  await raiseAlert(deps, conditionOf(books.accountId, refusal, key));
  return books;
}

function conditionOf(
  accountId: string,
  { code, message, remedy }: AccountRefusal,
  dedupeKey: string,
): AlertCondition {
  return {
    accountId,
    severity: "critical",
    code: "ACCOUNT_REFUSED",
    message: `The venue refuses the account, not one order: ${code} ${message}; entries are stopped`,
    remedy,
    dedupeKey,
  };
}
