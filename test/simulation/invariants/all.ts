// The simulated invariants, in the order of the rules that they check (docs/RULES.md).

import { booksAgreeWithTheVenue } from "./books-agree.ts";
import { brakesSurviveRestarts } from "./brakes-survive.ts";
import { commandsTakeEffectOnce } from "./commands-once.ts";
import { failedSourcesAreNeverHealthy } from "./failed-sources.ts";
import { exposureIsAddedOnlyOnFreshGround } from "./fresh-ground.ts";
import type { Invariant } from "./invariant.ts";
import { journalFoldsToTheBooks } from "./journal-folds.ts";
import { limitsOfTimeHold } from "./limits-of-time.ts";
import { locksHold } from "./locks-hold.ts";
import { lossesTakeEffect } from "./losses-take-effect.ts";
import { nothingIsDroppedInSilence } from "./nothing-dropped.ts";
import { nothingGoesLiveByAccident } from "./nothing-live.ts";
import { oldFencesNeverLand } from "./old-fences.ts";
import { peopleAreTold } from "./people-are-told.ts";
import { reductionsOnlyShrink } from "./reductions-shrink.ts";
import { releasesLoseNothing } from "./releases-lose-nothing.ts";
import { absenceTakesItsTime, entryLeavesOnce, nothingRestsUnfollowed } from "./sent-once.ts";
import { silenceHalts } from "./silence-halts.ts";
import { slotsAreTheOpenGroups } from "./slots-are-groups.ts";
import { everyPositionHasItsStop, stopIsStoredBeforeItIsSent } from "./stops-stand.ts";
import { orderIsStoredBeforeItIsSent } from "./stored-before-sent.ts";
import { silenceNeedsTwoSigns } from "./two-signs.ts";
import { acceptedIsWithinPlan } from "./within-plan.ts";

export const INVARIANTS: readonly Invariant[] = [
  orderIsStoredBeforeItIsSent,
  stopIsStoredBeforeItIsSent,
  acceptedIsWithinPlan,
  entryLeavesOnce,
  booksAgreeWithTheVenue,
  absenceTakesItsTime,
  nothingRestsUnfollowed,
  everyPositionHasItsStop,
  brakesSurviveRestarts,
  locksHold,
  releasesLoseNothing,
  exposureIsAddedOnlyOnFreshGround,
  reductionsOnlyShrink,
  silenceNeedsTwoSigns,
  lossesTakeEffect,
  limitsOfTimeHold,
  oldFencesNeverLand,
  nothingIsDroppedInSilence,
  peopleAreTold,
  silenceHalts,
  commandsTakeEffectOnce,
  failedSourcesAreNeverHealthy,
  slotsAreTheOpenGroups,
  journalFoldsToTheBooks,
  nothingGoesLiveByAccident,
];
