// Rule 5, fresh ground (docs/RULES.md), for the account at its venue: what the venue answered of a setting that forbids
// trading reaches people. Read from the wire, and from the alerts in the store.
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { ALL, differingIn } from "./ground-lost.ts";
import { configInForce, type Invariant } from "./invariant.ts";

export const forbiddenTradingIsTold: Invariant = {
  rule: 5,
  name: "forbiddenTradingIsTold",
  says: "Once the venue has answered that an account or its key may not trade, or that it holds a symbol otherwise than the config wants it, an alert says so by the end of healing.",
  watch(evidence) {
    const answered = new Map<string, Set<string>>();
    return {
      handled(request, response) {
        const differing = differingIn(evidence, request, response);
        if (differing === null || differing.size === 0) return;
        const { accountId } = request;
        answered.set(accountId, new Set([...(answered.get(accountId) ?? []), ...differing]));
      },
      healed() {
        for (const [accountId, differing] of answered) {
          // The reading that found it may have died, and a symbol that the config has lost since is asked for no more.
          const symbols = configInForce(evidence, accountId)?.symbols ?? [];
          if (![...differing].some((symbol) => symbol === ALL || symbols.includes(symbol))) continue;
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
