// The invariants that a fault run of the real stack is judged by, in the order of docs/RULES.md.
import type { Evidence } from "../evidence.ts";
import {
  groupsAreTheVenuesPositions,
  journalFoldsToTheBooks,
  nothingIsReserved,
  slotsAreTheOpenGroups,
} from "./books.ts";
import type { Check } from "./check.ts";
import { navIsTheVenues } from "./nav.ts";
import { acceptedIsWithinPlan, ordersAgreeWithTheVenue, ordersAreStoredOnce } from "./orders.ts";
import {
  everySignalHasOneDecidedReceipt,
  nobodyHadToCorrectTheBooks,
  nothingIsDroppedInSilence,
  receiptsTellWhatBecameOfTheOrder,
} from "./signals.ts";

export const CHECKS: readonly Check[] = [
  ordersAreStoredOnce,
  acceptedIsWithinPlan,
  ordersAgreeWithTheVenue,
  groupsAreTheVenuesPositions,
  nobodyHadToCorrectTheBooks,
  navIsTheVenues,
  everySignalHasOneDecidedReceipt,
  receiptsTellWhatBecameOfTheOrder,
  nothingIsDroppedInSilence,
  slotsAreTheOpenGroups,
  nothingIsReserved,
  journalFoldsToTheBooks,
];

/** Every violation, as `name: what`. */
export function violationsIn(evidence: Evidence): readonly string[] {
  return CHECKS.flatMap(({ name, violations }) => violations(evidence).map((what) => `${name}: ${what}`));
}
