// The eleven rules that never bend, in the order of the design.
import { commandsTakeEffectOnce } from "./commands.ts";
import type { Invariant } from "./invariant.ts";
import { lossesTakeEffect } from "./losses.ts";
import { peopleAreTold } from "./peopleAreTold.ts";
import { reductionsOnlyShrink } from "./reductions.ts";
import { orderIsStoredBeforeItIsSent } from "./rule1.ts";
import { acceptedIsWithinPlan } from "./rule2.ts";
import { booksAgreeWithTheVenue } from "./rule3.ts";
import { brakesSurviveRestarts } from "./rule4.ts";
import { locksHold } from "./rule4Locks.ts";
import { exposureIsAddedOnlyOnFreshGround } from "./rule5.ts";
import { oldFencesNeverLand } from "./rule6.ts";
import { nothingIsDroppedInSilence } from "./rule7.ts";
import { failedSourcesAreNeverHealthy } from "./rule8.ts";
import { slotsAreTheOpenGroups } from "./rule9.ts";
import { journalFoldsToTheBooks } from "./rule10.ts";
import { nothingGoesLiveByAccident } from "./rule11.ts";
import { limitsOfTimeHold } from "./sessions.ts";
import { silenceHalts } from "./silenceHalts.ts";
import { everyPositionHasItsStop, stopIsStoredBeforeItIsSent } from "./stops.ts";
import { silenceNeedsTwoSigns } from "./twoSigns.ts";

export const INVARIANTS: readonly Invariant[] = [
  orderIsStoredBeforeItIsSent,
  stopIsStoredBeforeItIsSent,
  acceptedIsWithinPlan,
  booksAgreeWithTheVenue,
  everyPositionHasItsStop,
  brakesSurviveRestarts,
  locksHold,
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
