// Where an account's orders may go. Live orders need account mode `live`, environment `prod` and the database's own
// label `prod`, all three; everything else goes to the paper venue or nowhere.
import type { AccountProfile, Environment } from "#domain/documents/account.ts";

export class LiveTradingRefusedError extends Error {
  constructor(accountId: string, environment: string, label: string) {
    super(
      `Account "${accountId}" is live, but the configured environment is "${environment}" and the database is ` +
        `labelled "${label}". Live orders need "prod" in both; set the account's mode to "paper" to trade here.`,
    );
    this.name = "LiveTradingRefusedError";
  }
}

/** Origin that replaces the venue's production hosts; null means production itself. Throws LiveTradingRefusedError. */
export function venueOrigin(
  profile: AccountProfile,
  environment: Environment,
  label: Environment,
  paperOrigin: string,
): string | null {
  if (profile.mode === "paper") return paperOrigin;
  if (environment === "prod" && label === "prod") return null;
  throw new LiveTradingRefusedError(profile.accountId, environment, label);
}
