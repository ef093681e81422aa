// Rule 5, fresh ground (docs/RULES.md), for the account at its venue: what the venue answered of a setting that forbids
// trading reaches people. Read from the wire, and from the alerts in the store.
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { differingIn } from "./ground-lost.ts";
import type { Invariant } from "./invariant.ts";

export const forbiddenTradingIsTold: Invariant = {
  rule: 5,
  name: "forbiddenTradingIsTold",
  says: "Once the venue has answered that an account or its key may not trade, or that it holds a symbol otherwise than the config wants it, an alert says so by the end of healing.",
  watch(evidence) {
    const answered = new Set<string>();
    return {
      handled(request, response) {
        const differing = differingIn(evidence, request, response);
        if (differing !== null && differing.size > 0) answered.add(request.accountId);
      },
      healed() {
        for (const accountId of answered) {
          const alerts = evidence.below<Alert>(`${paths.alerts(accountId)}/`).map(([, alert]) => alert);
          if (!alerts.some(({ code }) => code === "VENUE_SETTINGS_DIFFER"))
            evidence.fail(
              `${accountId} is set so that it may not trade, the venue has said so, and no person was told`,
            );
        }
      },
    };
  },
};
