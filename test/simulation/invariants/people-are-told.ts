// Rule 7, nothing in silence (docs/RULES.md), for people: from severity warning on, an alert is sent to the receiver of
// notifications.
import { outboxId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { OutboxItem } from "#domain/telling/outbox.ts";
import type { Change, Evidence, Invariant } from "./invariant.ts";

/** Alerts about telling people: told of nowhere but on the dashboard. */
const UNTOLD: ReadonlySet<string> = new Set(["NOTIFICATION_GIVEN_UP", "NOTIFIER_FAILING"]);

export const peopleAreTold: Invariant = {
  rule: 7,
  name: "peopleAreTold",
  says: "Every alert from warning on has its message, what is called sent has arrived, and nothing waits for ever.",
  watch: (evidence) => {
    const arrived = new Set<string>();
    return {
      notified: ({ id }) => void arrived.add(id),
      landed: ({ changes }) => {
        for (const change of changes) checkChange(evidence, change, arrived);
      },
      healed: () => {
        for (const { profile } of evidence.setup.accounts) checkWaiting(evidence, profile.accountId);
      },
    };
  },
};

function checkChange(
  evidence: Evidence,
  { path, accountId, before, after }: Change,
  arrived: Set<string>,
): void {
  if (accountId === null || after === null) return;
  if (path.startsWith(`${paths.alerts(accountId)}/`) && before === null) {
    const { alertId, severity, code } = after as unknown as Alert;
    if (severity === "info" || UNTOLD.has(code)) return;
    const item = paths.outboxItem(accountId, outboxId(accountId, "alert", alertId));
    if (evidence.read(item) === null) evidence.fail(`${path} (${code}) has no message for people`);
  }
  if (path.startsWith(`${paths.outbox(accountId)}/`)) {
    const item = after as unknown as OutboxItem;
    if (item.status === "SENT" && !arrived.has(item.outboxId))
      evidence.fail(`${path} (${item.title}) is called sent and never arrived`);
  }
}

/** After the last pass only what waits out its back-off may still be there. */
function checkWaiting(evidence: Evidence, accountId: string): void {
  for (const [path, item] of evidence.below<OutboxItem>(`${paths.outbox(accountId)}/`)) {
    if (item.status === "PENDING" && item.attempts === 0)
      evidence.fail(`${path} (${item.title}) waits and was never tried`);
  }
}
