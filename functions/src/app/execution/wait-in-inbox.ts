// An exit that meets a brake waits in the inbox until the brake ends, and keeps its place there. Nothing behind it waits
// for it. People are told when it begins to wait, because the position stays open meanwhile.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks, FOLLOW_UP_AFTER_MS } from "#app/books";
import { type AlertCondition, alertWritesOnce } from "#app/telling";
import type { DecisionBasis } from "#domain/documents/basis.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { withSignal } from "#domain/risk/supersession.ts";
import { heldText } from "./exit-alerts.ts";
import { followUpGapMs } from "./send-order.ts";
import { type Arrival, stepOf, storedIntent, waitingIn } from "./stored-intent.ts";

/** Intents that may wait for one account: far above one for every pair of strategy and symbol, far below what a look reads. */
const MAX_WAITING = 100;
/** After the announced end of a ban: clocks differ, and a request too early makes a ban longer. */
const BAN_MARGIN_MS = 1_000;

export interface Waiting extends Arrival {
  readonly denials: readonly Denial[];
  readonly basis: DecisionBasis;
}

/** A sender that goes on asking while nothing can be done is refused in the end, and told so. */
export function mayWait({ inbox }: ControlState, { waiting }: Arrival): boolean {
  return waiting !== null || inbox.storedCount - inbox.takenCount < MAX_WAITING;
}

/** The books with the waiting exit in them; unchanged when it is stored as waiting for the same. */
export async function commitWaiting(
  deps: ExecutionDeps,
  books: Books,
  exit: Waiting,
  actor: string,
): Promise<Books> {
  const { intent, waiting, denials } = exit;
  const codes = (each: readonly Denial[]): string => each.map(({ code }) => code).join();
  if (waiting !== null && codes(waiting.denials) === codes(denials)) return books;
  const brake = alertOfBrake(books, exit);
  const alert = brake === null ? [] : await alertWritesOnce(deps, brake);
  const newestSignals = withSignal(books.control, intent, books.config, deps.clock.nowMs());
  const step = stepOf(exit);
  return await commitBooks(deps, books, {
    kind: "INTENT_WAITS",
    subject: intent.intentId,
    actor,
    control: { ...waitingIn(books.control, exit), newestSignals },
    also: [
      // In one batch: once it is stored as waiting, nothing would raise the alert any more.
      ...alert,
      storedIntent(deps, exit, { status: "INBOX", step, denials, basis: null }),
      // One that has had an order is told of by that.
      ...(step > 0
        ? []
        : [
            {
              op: "update",
              path: paths.receipt(intent.accountId, intent.signalId),
              changes: { status: "WAITING", denials: denials.map((each) => ({ ...each })) },
            } as const,
          ]),
    ],
  });
}

/** Null when it waits for an order alone, which takes seconds. One for each brake and pair, however often it is asked. */
function alertOfBrake(books: Books, { intent, denials }: Waiting): AlertCondition | null {
  const { accountId, control } = books;
  const { strategyId, symbol, action } = intent;
  const meets = (wanted: Denial["code"]): boolean => denials.some(({ code }) => code === wanted);
  const isHalted = meets("TRADING_HALTED");
  if (meets("DOCUMENT_UNREADABLE")) return alertOfUnreadable(books, intent);
  if (!isHalted && !meets("VENUE_BANNED")) return null;
  const since = isHalted ? control.tradingState.atMs : control.throttles.venueBannedUntilMs;
  const why = isHalted ? "trading is halted" : "the venue has banned us";
  return {
    accountId,
    severity: "warning",
    code: "EXIT_WAITS",
    message: `The ${action === "open" ? "reversal" : action} of ${symbol} by ${strategyId} waits: ${why}. ${heldText(books, symbol)}`,
    remedy: isHalted
      ? "Resume trading to let it go out, or order a flatten"
      : "It goes out when the ban ends; close the position at the venue by hand if that is too late",
    dedupeKey: `${strategyId}/${symbol}/${since}`,
  };
}

/** Critical: this brake ends by no time and no command, and the position is at its stop alone. */
function alertOfUnreadable(books: Books, { strategyId, symbol, intentId }: Intent): AlertCondition {
  const unreadable = books.setAside.filter((each) => each.symbol === symbol).map(({ path }) => path);
  return {
    accountId: books.accountId,
    severity: "critical",
    code: "EXIT_WAITS",
    message: `The exit of ${symbol} by ${strategyId} waits: ${unreadable.join(", ")} cannot be read. ${heldText(books, symbol)}`,
    remedy: "Mend the document, and the exit goes out; or close the position at the venue or by a flatten",
    dedupeKey: intentId,
  };
}

/** When to look at it again; null: a halt is ended by people, and the schedule of every minute sees that. */
export function looksAgainAfterMs(
  { control }: Books,
  denials: readonly Denial[],
  waitsForMs: number,
  nowMs: number,
): number | null {
  if (denials.some(({ code }) => code === "TRADING_HALTED")) return null;
  const { venueBannedUntilMs } = control.throttles;
  if (venueBannedUntilMs > nowMs) return venueBannedUntilMs - nowMs + BAN_MARGIN_MS;
  return Math.max(FOLLOW_UP_AFTER_MS, followUpGapMs(waitsForMs));
}
