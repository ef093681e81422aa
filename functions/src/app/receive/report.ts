// Alerts about requests that leave no receipt: shed load, and a right token from a foreign address. Once per hook and
// hour in each instance, so that reporting a flood is not part of it.

import { type AlertCondition, type AlertDeps, raiseAlert } from "#app/telling";
import type { Hook } from "#domain/documents/records.ts";
import type { Deadline } from "#ports/deadline.ts";

const REPORT_EVERY_MS = 3_600_000;
/** The sender waits meanwhile. */
const REPORT_LIMIT_MS = 300;

/** Key: code and hook. Value: the hour that was reported last. */
export type ReportedHours = Map<string, number>;

export interface ReportDeps extends AlertDeps {
  readonly deadline: Deadline;
  readonly receiveMemory: { readonly reported: ReportedHours };
}

export class RefusalReports {
  readonly #deps: ReportDeps;
  readonly #reported: ReportedHours;

  constructor(deps: ReportDeps) {
    this.#deps = deps;
    this.#reported = deps.receiveMemory.reported;
  }

  async shed(hook: Hook): Promise<void> {
    await this.#once(hook, {
      severity: "critical",
      code: "SIGNALS_SHED",
      message: `Hook ${hook.hookId} sends more than ${hook.maxRequestsPerMinute} requests a minute; signals were not taken`,
      remedy: "Find out what floods it; raise maxRequestsPerMinute only if the strategy needs it",
    });
  }

  async foreignSource(hook: Hook, address: string): Promise<void> {
    await this.#once(hook, {
      severity: "warning",
      code: "SOURCE_NOT_ALLOWED",
      message: `The right token of hook ${hook.hookId} came from ${address}, which the hook does not list`,
      remedy: "If that was not you, revoke the token; else add the address to sourceAddresses",
    });
  }

  async #once(hook: Hook, condition: Omit<AlertCondition, "accountId" | "dedupeKey">): Promise<void> {
    const hour = Math.floor(this.#deps.clock.nowMs() / REPORT_EVERY_MS);
    const key = `${condition.code} ${hook.hookId}`;
    if (this.#reported.get(key) === hour) return;
    this.#reported.set(key, hour);
    const { accountId, hookId } = hook;
    const alert = raiseAlert(this.#deps, { ...condition, accountId, dedupeKey: `${hookId}@${hour}` });
    try {
      // Not stored, not reported: the next such request tries again.
      if (!(await this.#deps.deadline.within(alert, REPORT_LIMIT_MS))) this.#reported.delete(key);
    } catch (error) {
      this.#reported.delete(key);
      const cause = error instanceof Error ? error.message : String(error);
      this.#deps.logger.error("An alert is not confirmed", { alert: condition.code, hookId, cause });
    }
  }
}
