// What an account is: the unit of isolation, of the lease and of scaling. Holds no secrets.
import type { ACCOUNT_MODES, ENVIRONMENTS, VENUE_IDS, WordOf } from "./words.ts";

export type Environment = WordOf<typeof ENVIRONMENTS>;
export type AccountMode = WordOf<typeof ACCOUNT_MODES>;
export type VenueId = WordOf<typeof VENUE_IDS>;

export interface AccountProfile {
  readonly accountId: string;
  readonly name: string;
  readonly venue: VenueId;
  readonly mode: AccountMode;
}
