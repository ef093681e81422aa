// Raising an alert: stored once per condition, logged always. A store that cannot take it must not hide the fault
// that it reports, so raising never throws; the log line is then the record.
import { alertId } from "../domain/ids.ts";
import { paths } from "../domain/paths.ts";
import type { Alert, AlertSeverity } from "../domain/records.ts";
import type { Clock } from "../ports/clock.ts";
import {
  DocumentError,
  DocumentExistsError,
  type DocumentPort,
  type DocumentWrite,
} from "../ports/documents.ts";
import type { Logger } from "../ports/logger.ts";
import { encodeWithTtl, RETENTION_MS } from "./codec.ts";

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
  const nowMs = deps.clock.nowMs();
  const log = condition.severity === "critical" ? "error" : "warn";
  const { accountId, code, dedupeKey } = condition;
  deps.logger[log](condition.message, { alert: code, accountId, dedupeKey });
  try {
    await deps.documents.commit([alertWrite(condition, nowMs)]);
    return true;
  } catch (error) {
    if (error instanceof DocumentExistsError) return true;
    if (!(error instanceof DocumentError)) throw error;
    deps.logger.error("An alert could not be stored", { alert: code, cause: error.message });
    return false;
  }
}

/** The alert as a write, for a batch with the change that it is about: neither is then stored without the other. */
export function alertWrite(condition: AlertCondition, nowMs: number): DocumentWrite {
  const { dedupeKey, ...shown } = condition;
  const id = alertId(condition.accountId, condition.code, dedupeKey);
  const alert: Alert = { ...shown, alertId: id, atMs: nowMs, acknowledgedAtMs: null };
  const path = paths.alert(condition.accountId, id);
  return { op: "create", path, data: encodeWithTtl(alert, nowMs, RETENTION_MS.alerts) };
}
