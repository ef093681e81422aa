// Rule 11, live needs three (docs/RULES.md): nothing goes live by accident.
import { PAPER_ORIGIN } from "../platform/wiring.ts";
import { ENVIRONMENT } from "../world.ts";
import type { Invariant } from "./invariant.ts";

export const nothingGoesLiveByAccident: Invariant = {
  rule: 11,
  name: "nothingGoesLiveByAccident",
  says: "Orders leave for the real venue only from a live account in production on a database labelled so; a process of another environment does nothing at all.",
  watch(evidence) {
    const paper = new Set(
      evidence.setup.accounts
        .filter(({ profile }) => profile.mode === "paper")
        .map(({ profile }) => profile.accountId),
    );
    return {
      left({ origin, accountId, process, name }, environment) {
        if (origin !== PAPER_ORIGIN) evidence.fail(`${process.id} sent ${name} to ${origin}`);
        if (!paper.has(accountId))
          evidence.fail(`${process.id} sent ${name} for the live account ${accountId}`);
        if (environment !== ENVIRONMENT) evidence.fail(`${process.id} of ${environment} sent ${name}`);
      },
      landed({ process, environment, changes }) {
        if (process !== null && environment !== ENVIRONMENT)
          evidence.fail(`${process.id} of ${environment} wrote ${changes[0]?.path}`);
      },
    };
  },
};
