// What an account is: the unit of isolation, of the lease and of scaling. Holds no secrets.

export type Environment = "local" | "test" | "staging" | "prod";
export type AccountMode = "paper" | "live";
export type VenueId = "binance-usdm" | "bybit-linear";

export interface AccountProfile {
  readonly accountId: string;
  readonly name: string;
  readonly venue: VenueId;
  readonly mode: AccountMode;
}
