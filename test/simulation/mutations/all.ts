// Every mutation switch. Each must be caught; one that survives means that an invariant has gone blind.
import type { Mutation } from "./mutation.ts";
import { BATCH_MUTATIONS } from "./of-batches.ts";
import { BOOK_MUTATIONS } from "./of-books.ts";
import { DATA_MUTATIONS } from "./of-data.ts";
import { DIRECTIVE_MUTATIONS } from "./of-directives.ts";
import { DOUBT_MUTATIONS } from "./of-doubt.ts";
import { ENTRY_MUTATIONS } from "./of-entries.ts";
import { EXIT_ROUTE_MUTATIONS } from "./of-exit-routes.ts";
import { EXIT_MUTATIONS } from "./of-exits.ts";
import { ISOLATION_MUTATIONS } from "./of-isolation.ts";
import { LEG_MUTATIONS } from "./of-legs.ts";
import { MEANING_MUTATIONS } from "./of-meaning.ts";
import { MONEY_MUTATIONS } from "./of-money.ts";
import { OFFSET_MUTATIONS } from "./of-offsets.ts";
import { PROOF_MUTATIONS } from "./of-proofs.ts";
import { QUEUE_MUTATIONS } from "./of-queue.ts";
import { RELEASE_MUTATIONS } from "./of-releases.ts";
import { RESTING_EXIT_MUTATIONS } from "./of-resting-exits.ts";
import { ROUTE_MUTATIONS } from "./of-routes.ts";
import { SETTING_MUTATIONS } from "./of-settings.ts";
import { SIGHT_MUTATIONS } from "./of-sight.ts";
import { TELEMETRY_MUTATIONS } from "./of-telemetry.ts";
import { VALUATION_MUTATIONS } from "./of-valuation.ts";
import { VENUE_MUTATIONS } from "./of-venue.ts";

export const MUTATIONS: readonly Mutation[] = [
  ...BOOK_MUTATIONS,
  ...QUEUE_MUTATIONS,
  ...BATCH_MUTATIONS,
  ...DATA_MUTATIONS,
  ...ENTRY_MUTATIONS,
  ...LEG_MUTATIONS,
  ...ROUTE_MUTATIONS,
  ...EXIT_ROUTE_MUTATIONS,
  ...OFFSET_MUTATIONS,
  ...ISOLATION_MUTATIONS,
  ...MEANING_MUTATIONS,
  ...EXIT_MUTATIONS,
  ...RESTING_EXIT_MUTATIONS,
  ...DIRECTIVE_MUTATIONS,
  ...MONEY_MUTATIONS,
  ...TELEMETRY_MUTATIONS,
  ...DOUBT_MUTATIONS,
  ...RELEASE_MUTATIONS,
  ...VALUATION_MUTATIONS,
  ...SETTING_MUTATIONS,
  ...SIGHT_MUTATIONS,
  ...PROOF_MUTATIONS,
  ...VENUE_MUTATIONS,
];

/** Seeds within which a mutation has to be caught. */
export const MUTATION_SEEDS = 2_000;
