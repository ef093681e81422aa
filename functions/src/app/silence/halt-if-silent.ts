// The halt of an account whose documents or messages have not got through for longer than its config allows.

import type { Books, ExecutionDeps } from "#app/books";
import { type ControlChange, changeControl } from "#app/books";
import { type AlertCondition, alertWrites } from "#app/telling";
import type { ControlState } from "#domain/documents/control.ts";
import { haltedBySilence, type Silence, TELEMETRY_ACTOR } from "#domain/telling/telemetry-silence.ts";

export async function haltIfSilent(deps: ExecutionDeps, accountId: string, silence: Silence): Promise<void> {
  await changeControl(deps, accountId, TELEMETRY_ACTOR, (books) =>
    haltOf(books, silence, deps.clock.nowMs()),
  );
}

/** The change that halts; null while the silence is not too long, or an operator has to end a halt already. */
export function haltOf(books: Books, silence: Silence, nowMs: number): ControlChange | null {
  const control = haltedBySilence(books.control, books.config, silence, nowMs);
  if (control === null) return null;
  const also = alertWrites(haltAlert(books, control), nowMs);
  return { kind: "TRADING_HALTED", subject: "telemetry", control, also };
}

function haltAlert({ accountId, control: before }: Books, control: ControlState): AlertCondition {
  return {
    accountId,
    severity: "critical",
    code: "TELEMETRY_HALT",
    message: `Trading is halted. ${control.tradingState.reason}`,
    remedy: "Mend the cause, look at the account, then resume with a reason",
    dedupeKey: String(before.journalSeq),
  };
}
