// A venue's refusal in a trader's words, with what to do about it. Keeps the venue's own code and text beside, for people who
// look them up. Must not name a code: the adapter has told what it means.
import type { Rejection } from "#domain/documents/order.ts";
import type { VenueReason } from "#domain/documents/words.ts";

interface RefusalWords {
  readonly meaning: string;
  readonly remedy: string;
}

const WORDS: Readonly<Record<VenueReason, RefusalWords>> = {
  wouldTake: {
    meaning: "it may only rest, and would have taken",
    remedy: "Give the strategy the routing maker if it is to follow the price and take within a bound",
  },
  wouldFireNow: {
    meaning: "the price has passed its trigger already",
    remedy: "Look whether its distance suits the market",
  },
  nothingToReduce: {
    meaning: "the venue holds nothing that it would reduce",
    remedy: "Compare the position at the venue with the page",
  },
  tooManyRequests: {
    meaning: "the venue's count of requests is used up",
    remedy: "If it lasts, look what else asks the venue from this address",
  },
  noMargin: {
    meaning: "the account lacks the margin for it",
    remedy: "Add margin, close something, or make entries smaller",
  },
  belowMinimum: {
    meaning: "it is smaller than the venue takes",
    remedy: "Make entries larger, or plan fewer levels; close a rest at the venue",
  },
  aboveMaximum: {
    meaning: "it, or the position with it, is larger than the venue takes",
    remedy: "Make entries smaller, or lower the symbol's leverage at the venue, which bounds the position",
  },
  priceBand: {
    meaning: "its price is outside the band that the venue takes",
    remedy: "Wait until the market is back in its band, and look at the distances in the config if it is",
  },
  tooManyOpen: {
    meaning: "as many orders rest in the symbol as the venue allows",
    remedy: "Cancel orders at the venue that are not wanted, or plan fewer levels",
  },
  banned: {
    meaning: "the venue wants no requests from this address for a time",
    remedy: "Watch what is held at the venue itself, and find out what used up the requests",
  },
};

/** Meaning of the refusal with the venue's own words; those alone where it has no meaning here. */
export function refusalText({ code, message, reason }: Rejection): string {
  const own = withoutStop(message);
  // An adapter's text mostly holds the code already.
  const holdsCode = own.includes(code);
  if (reason == null) return holdsCode ? own : `${own} (${code})`;
  return `${WORDS[reason].meaning} (${holdsCode ? own : `${code}: ${own}`})`;
}

/** The reader's task: first about the refusal, then `also`. */
export function refusalRemedy(rejection: Rejection | null, also: string): string {
  const reason = rejection?.reason ?? null;
  return reason === null ? also : `${WORDS[reason].remedy}. ${also}`;
}

/** The same for a reader who has nothing else to do; null where the refusal has no meaning here. */
export function remedyOf({ reason }: Rejection): string | null {
  return reason == null ? null : WORDS[reason].remedy;
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}
