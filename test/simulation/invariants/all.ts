// The simulated invariants, in the order of the rules that they check (docs/RULES.md).

import { accountsAreTheVenues } from "./accounts-are-the-venues.ts";
import { adoptedCountFromAdoption } from "./adopted-count.ts";
import { averageEntriesAreTheVenues } from "./average-entries.ts";
import { baselinesEndInTheOpen } from "./baselines-end.ts";
import { blindnessIsClosed } from "./blind-exposure.ts";
import { booksAgreeWithTheVenue } from "./books-agree.ts";
import { brakesSurviveRestarts } from "./brakes-survive.ts";
import { closesEndFlat } from "./closes-end-flat.ts";
import { commandedClosesTakeTheirShare } from "./commanded-closes.ts";
import { commandsTakeEffectOnce } from "./commands-once.ts";
import { exitsLeadEntries } from "./exits-lead.ts";
import { exitsStayWithinPlan } from "./exits-rest.ts";
import { clearExitsAreTaken } from "./exits-taken.ts";
import { exitsWin } from "./exits-win.ts";
import { exitsOnlyTake, takeProfitsStayWithin } from "./exits-within.ts";
import { failedSourcesAreNeverHealthy } from "./failed-sources.ts";
import { fallsAreJudged } from "./falls-are-judged.ts";
import { forgersGetNothing } from "./forgers-get-nothing.ts";
import { exposureIsAddedOnlyOnFreshGround } from "./fresh-ground.ts";
import { noEntryAfterGroundIsLost } from "./ground-lost.ts";
import type { Invariant } from "./invariant.ts";
import { journalFoldsToTheBooks } from "./journal-folds.ts";
import { keysStayTheirOwn } from "./keys-stay-own.ts";
import { laddersAreAsPlanned, laddersEndWithTheirExit } from "./ladders-as-planned.ts";
import { limitsOfTimeHold } from "./limits-of-time.ts";
import { locksHold } from "./locks-hold.ts";
import { lossesTakeEffect } from "./losses-take-effect.ts";
import { metricsAreTheVenues } from "./metrics-are-the-venues.ts";
import { navIsOfOneMoment } from "./nav-of-one-moment.ts";
import { noOrderTurnsAPosition } from "./no-order-turns.ts";
import { nothingIsDroppedInSilence } from "./nothing-dropped.ts";
import { nothingGoesLiveByAccident } from "./nothing-live.ts";
import { unreadIsNotGone } from "./odd-rows-alone.ts";
import { offsetsNameTheAuditedLoser } from "./offset-choice.ts";
import {
  losersArePaidFor,
  offsetsEndTold,
  offsetsNeedAnAccountThatIsWell,
  offsetsStayWithinPlan,
} from "./offsets-kept.ts";
import { oldFencesNeverLand } from "./old-fences.ts";
import { entriesAreDecidedOnTheTouch } from "./on-the-touch.ts";
import { peakIsSeenTwice } from "./peak-seen-twice.ts";
import { peopleAreTold } from "./people-are-told.ts";
import { placesGoByRank } from "./places-by-rank.ts";
import { queuedEntriesEndOnce, queueSurvivesRestarts } from "./queue-kept.ts";
import { reductionsOnlyShrink } from "./reductions-shrink.ts";
import { refusedReductionsAreTold } from "./refusals-told.ts";
import { releasesLoseNothing } from "./releases-lose-nothing.ts";
import { routesStayWithinPlan } from "./routes-kept.ts";
import { absenceTakesItsTime, entryLeavesOnce, nothingRestsUnfollowed } from "./sent-once.ts";
import { forbiddenTradingIsTold } from "./settings-told.ts";
import { silenceHalts } from "./silence-halts.ts";
import { entriesAreAsLargeAsAsked } from "./sizes-as-asked.ts";
import { slotsAreTheOpenGroups } from "./slots-are-groups.ts";
import { stopLossIsNeverSilent } from "./stop-loss-seen.ts";
import { stopsComeInTime } from "./stops-in-time.ts";
import { everyPositionHasItsStop, stopIsStoredBeforeItIsSent } from "./stops-stand.ts";
import { orderIsStoredBeforeItIsSent } from "./stored-before-sent.ts";
import { silenceNeedsTwoSigns } from "./two-signs.ts";
import { unreadableStopsItself } from "./unreadable-alone.ts";
import { usageIsObeyed } from "./usage-obeyed.ts";
import { entriesKeepTheCaps } from "./within-caps.ts";
import { acceptedIsWithinPlan } from "./within-plan.ts";

export const INVARIANTS: readonly Invariant[] = [
  orderIsStoredBeforeItIsSent,
  stopIsStoredBeforeItIsSent,
  acceptedIsWithinPlan,
  routesStayWithinPlan,
  exitsStayWithinPlan,
  entriesAreAsLargeAsAsked,
  laddersAreAsPlanned,
  offsetsStayWithinPlan,
  losersArePaidFor,
  entryLeavesOnce,
  booksAgreeWithTheVenue,
  accountsAreTheVenues,
  metricsAreTheVenues,
  averageEntriesAreTheVenues,
  adoptedCountFromAdoption,
  absenceTakesItsTime,
  nothingRestsUnfollowed,
  everyPositionHasItsStop,
  stopsComeInTime,
  brakesSurviveRestarts,
  queueSurvivesRestarts,
  locksHold,
  releasesLoseNothing,
  exposureIsAddedOnlyOnFreshGround,
  noEntryAfterGroundIsLost,
  offsetsNeedAnAccountThatIsWell,
  forbiddenTradingIsTold,
  entriesKeepTheCaps,
  entriesAreDecidedOnTheTouch,
  reductionsOnlyShrink,
  clearExitsAreTaken,
  silenceNeedsTwoSigns,
  lossesTakeEffect,
  limitsOfTimeHold,
  oldFencesNeverLand,
  nothingIsDroppedInSilence,
  offsetsEndTold,
  queuedEntriesEndOnce,
  forgersGetNothing,
  peopleAreTold,
  silenceHalts,
  commandsTakeEffectOnce,
  failedSourcesAreNeverHealthy,
  slotsAreTheOpenGroups,
  placesGoByRank,
  journalFoldsToTheBooks,
  nothingGoesLiveByAccident,
  unreadIsNotGone,
  unreadableStopsItself,
  keysStayTheirOwn,
  exitsWin,
  exitsLeadEntries,
  refusedReductionsAreTold,
  noOrderTurnsAPosition,
  navIsOfOneMoment,
  offsetsNameTheAuditedLoser,
  peakIsSeenTwice,
  fallsAreJudged,
  stopLossIsNeverSilent,
  baselinesEndInTheOpen,
  blindnessIsClosed,
  closesEndFlat,
  takeProfitsStayWithin,
  exitsOnlyTake,
  laddersEndWithTheirExit,
  commandedClosesTakeTheirShare,
  usageIsObeyed,
];
