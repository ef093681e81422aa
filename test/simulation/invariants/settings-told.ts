// Rule 5, fresh ground (docs/RULES.md), for the account at its venue: what the venue answered of a setting that forbids
// trading reaches people. Read from the wire, and from the alerts in the store.
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Invariant } from "./invariant.ts";

/** Answers that say whether the account, or its key, may trade; and the field that says it. */
const SAYS: Readonly<Record<string, string>> = {
  "GET /fapi/v1/accountConfig": "canTrade",
  "GET /sapi/v1/account/apiRestrictions": "enableFutures",
};

export const forbiddenTradingIsTold: Invariant = {
  rule: 5,
  name: "forbiddenTradingIsTold",
  says: "Once the venue has answered that an account or its key may not trade, an alert says so by the end of healing.",
  watch(evidence) {
    const answered = new Set<string>();
    return {
      handled({ name, accountId }, { status, body }) {
        const field = SAYS[name];
        if (field === undefined || status !== 200 || accountId === null) return;
        if ((JSON.parse(body) as Readonly<Record<string, unknown>>)[field] === false) answered.add(accountId);
      },
      healed() {
        for (const accountId of answered) {
          const alerts = evidence.below<Alert>(`${paths.alerts(accountId)}/`).map(([, alert]) => alert);
          if (!alerts.some(({ code }) => code === "VENUE_SETTINGS_DIFFER"))
            evidence.fail(`${accountId} may not trade, the venue has said so, and no person was told`);
        }
      },
    };
  },
};
