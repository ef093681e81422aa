// Where an account's orders may go. Live orders need account mode `live`, environment `prod` and the database's own
// label `prod`, all three; everything else goes to the paper venue or nowhere.
import type { AccountProfile, Environment, VenueId } from "#domain/documents/account.ts";

/** Origins at which paper accounts trade; null: this process knows none of that venue. */
export type PaperOrigins = Readonly<Record<VenueId, string | null>>;

/** For a tool or a test that has one exchange. */
export function everyVenueAt(origin: string): PaperOrigins {
  return { "binance-usdm": origin, "bybit-linear": origin };
}

export class LiveTradingRefusedError extends Error {
  constructor(accountId: string, environment: string, label: string) {
    super(
      `Account "${accountId}" is live, but the configured environment is "${environment}" and the database is ` +
        `labelled "${label}". Live orders need "prod" in both; set the account's mode to "paper" to trade here.`,
    );
    this.name = "LiveTradingRefusedError";
  }
}

/**
 * Whether answers of the venue itself have been read by its adapter. Bybit's has met nothing but a dialect of ours, made from the
 * same documentation (docs/limits.md): play money alone until that has changed.
 */
const IS_PROVED: Readonly<Record<VenueId, boolean>> = { "binance-usdm": true, "bybit-linear": false };

/** A live account of a venue whose adapter has never read an answer of that venue. */
export class UnprovedVenueError extends Error {
  constructor(accountId: string, venue: VenueId) {
    super(
      `Account "${accountId}" is live at ${venue}, and the adapter has never met that venue: ` +
        'set the account\'s mode to "paper"; docs/limits.md says what is not verified',
    );
    this.name = "UnprovedVenueError";
  }
}

/** A paper account of a venue for which no origin is set: it goes nowhere, and least of all to the venue itself. */
export class NoPaperOriginError extends Error {
  constructor(accountId: string, venue: VenueId) {
    super(
      `Account "${accountId}" trades on paper at ${venue}, and no address of play money is set for that venue: ` +
        "set it in the functions' settings (.env.example) and deploy them",
    );
    this.name = "NoPaperOriginError";
  }
}

/** Origin that replaces the venue's production hosts; null means production itself. Throws LiveTradingRefusedError, NoPaperOriginError, UnprovedVenueError. */
export function venueOrigin(
  profile: AccountProfile,
  environment: Environment,
  label: Environment,
  paperOrigins: PaperOrigins,
): string | null {
  if (profile.mode === "paper") {
    const origin = paperOrigins[profile.venue];
    if (origin === null) throw new NoPaperOriginError(profile.accountId, profile.venue);
    return origin;
  }
  if (environment !== "prod" || label !== "prod")
    throw new LiveTradingRefusedError(profile.accountId, environment, label);
  if (!IS_PROVED[profile.venue]) throw new UnprovedVenueError(profile.accountId, profile.venue);
  return null;
}
