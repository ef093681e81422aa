// Every mutation switch. Each must be caught; one that survives means that an invariant has gone blind.
import type { Mutation } from "./mutation.ts";
import { BOOK_MUTATIONS } from "./of-books.ts";
import { DATA_MUTATIONS } from "./of-data.ts";
import { DOUBT_MUTATIONS } from "./of-doubt.ts";
import { RELEASE_MUTATIONS } from "./of-releases.ts";
import { VENUE_MUTATIONS } from "./of-venue.ts";

export const MUTATIONS: readonly Mutation[] = [
  ...BOOK_MUTATIONS,
  ...DATA_MUTATIONS,
  ...DOUBT_MUTATIONS,
  ...RELEASE_MUTATIONS,
  ...VENUE_MUTATIONS,
];

/** Seeds within which a mutation has to be caught. */
export const MUTATION_SEEDS = 2_000;
