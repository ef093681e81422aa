// Raising an alert: stored once per condition, logged always. A store that cannot take it must not hide the fault
// that it reports, so raising never throws; the log line is then the record.

import { encodeWithTtl, RETENTION_MS } from "#app/documents";
import { alertId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, AlertSeverity } from "#domain/documents/records.ts";
import { marked } from "#domain/telling/marked.ts";
import type { OutboxMessage } from "#domain/telling/outbox.ts";
import type { Clock } from "#ports/clock.ts";
import {
  DocumentError,
  DocumentExistsError,
  type DocumentPort,
  type DocumentWrite,
} from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { outboxWrite } from "./outbox-write.ts";

export interface AlertDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface AlertCondition {
  readonly accountId: string;
  readonly severity: AlertSeverity;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** The same key is the same alert: a condition that repeats does not flood. */
  readonly dedupeKey: string;
}

/** Whether the alert is stored, by this call or an earlier one. */
export async function raiseAlert(deps: AlertDeps, condition: AlertCondition): Promise<boolean> {
  return await raise(deps, condition, alertWrites(condition, deps.clock.nowMs()));
}

/** The alert alone, where telling people is what failed. */
export async function raiseUntoldAlert(deps: AlertDeps, condition: AlertCondition): Promise<boolean> {
  return await raise(deps, condition, [alertWrite(alertOf(condition, deps.clock.nowMs()))]);
}

async function raise(
  deps: AlertDeps,
  condition: AlertCondition,
  writes: readonly DocumentWrite[],
): Promise<boolean> {
  const log = condition.severity === "critical" ? "error" : "warn";
  const { accountId, code, dedupeKey } = condition;
  deps.logger[log](marked(condition.message), { alert: code, accountId, dedupeKey });
  try {
    await deps.documents.commit(writes);
    return true;
  } catch (error) {
    if (error instanceof DocumentExistsError) return true;
    if (!(error instanceof DocumentError)) throw error;
    deps.logger.error("An alert could not be stored", { alert: code, cause: error.message });
    return false;
  }
}

/**
 * The alert as writes, for a batch with the change that it is about: neither is then stored without the other. From
 * severity `warning` on, with the message that tells people of it.
 */
export function alertWrites(condition: AlertCondition, nowMs: number): readonly DocumentWrite[] {
  const alert = alertOf(condition, nowMs);
  return alert.severity === "info"
    ? [alertWrite(alert)]
    : [alertWrite(alert), outboxWrite(message(alert), nowMs)];
}

/** The same for a condition that may have been told before: none then, since a batch that creates it again would not land. */
export async function alertWritesOnce(
  deps: Pick<AlertDeps, "documents" | "clock">,
  condition: AlertCondition,
): Promise<readonly DocumentWrite[]> {
  const { accountId, code, dedupeKey } = condition;
  const [stored] = await deps.documents.getAll([paths.alert(accountId, alertId(accountId, code, dedupeKey))]);
  return stored?.data === null ? alertWrites(condition, deps.clock.nowMs()) : [];
}

function alertOf(condition: AlertCondition, nowMs: number): Alert {
  const id = alertId(condition.accountId, condition.code, condition.dedupeKey);
  const [message, remedy] = [marked(condition.message), marked(condition.remedy)];
  return {
    ...condition,
    message,
    remedy,
    alertId: id,
    atMs: nowMs,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
  };
}

function alertWrite(alert: Alert): DocumentWrite {
  const path = paths.alert(alert.accountId, alert.alertId);
  return { op: "create", path, data: encodeWithTtl(alert, alert.atMs, RETENTION_MS.alerts) };
}

function message({
  accountId,
  alertId: subject,
  severity,
  code,
  message: what,
  remedy,
}: Alert): OutboxMessage {
  return { accountId, kind: "alert", subject, severity, title: code, text: `${what}\n${remedy}` };
}
