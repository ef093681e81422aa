// Seeds that once broke a rule, each with what it found. They must stay quiet.
import { describe, expect, it } from "vitest";
import { reportOf } from "./report.ts";
import { simulate } from "./simulate.ts";

const FOUND: readonly (readonly [seed: number, found: string])[] = [
  [4, "a close refused as MARKET_UNKNOWN because the universe document was broken"],
  [1_246, "a reduction refused as MARKET_UNKNOWN for the same reason"],
  [1_822, "a close refused as MARKET_UNKNOWN when the universe document broke while it cleared the way"],
  [37, "a reduction delivered again that cancelled a newer resting entry of its symbol"],
  [505, "two deliveries of one close that cancelled side by side"],
  [1_892, "two first NAV runs at once that each began a baseline of the peak"],
  [4_048, "an adjusted position whose alert was lost with the reply to its commit"],
  [
    26,
    "a stop that fired between the venue's list and younger books, taken for an orphan and its fill booked anew",
  ],
  [
    512_878_867,
    "an instance that woke up while it read the books again after deferring, and took a lease that was held",
  ],
  [
    601_000_090,
    "an intent listed in the inbox that another had decided since, and that cleared a newer entry away",
  ],
  [
    2_301,
    "instances that died between the try to show an account and the halt for its silence, again and again",
  ],
  [2_534, "a NAV not written because the instance remembered a version that was minutes old"],
  [382, "a flatten that was told to be slow by two clocks, and never landed again"],
  [5_054, "a session's stop-loss above the worth in USDT alone, of an account that holds coins"],
  [71, "a group that ended before an order of it in doubt, which was then looked up for ever"],
  [139, "a closing tried again at half a millisecond, which became the time of a document"],
  [5, "a group beside a position by hand, with the venue's profit of both in its accounts"],
  [188, "a trade by hand after the group's end, which the simulator itself counted as the group's"],
  [
    6_013,
    "a retry of a closing at half a millisecond, which got into the control document and made it unusable",
  ],
  [
    771,
    "a position liquidated to nothing and the same money put back between two looks, whose loss nothing saw",
  ],
  [
    1_323,
    "a resting order that the venue had forgotten, for the end of which the simulator itself did not wait",
  ],
  [
    4_015,
    "a stop left behind that took from a position by hand, which the simulator itself counted as the group's",
  ],
  [5_364, "a close of a rest too little for an order, which told that nothing was held"],
  [4_627, "a stop that a lagging look-up denied, replaced and forgotten, and never withdrawn from the venue"],
  [4_178, "a withdrawal of a profit on paper, which the local exchange let go and no venue does"],
  [
    7_859,
    "a baseline that a NAV run ended which could not read the control document, before the fall had its grade",
  ],
  [
    2_485,
    "an entry decided after one to a target and filled before it, which the simulator itself counted against the target",
  ],
  [
    3_547,
    "a look of the watchdog that stood still until trading was resumed, and then closed everything for what was past",
  ],
  [
    12_433,
    "an order whose answer was lost and that the venue forgot once cancelled, which the simulator wanted known all the same",
  ],
  [5_752, "a reversal from less than the smallest order, which the simulator itself took for a position"],
  [13_214, "an answer that said the account may not trade, thrown away because another answer was missing"],
  [
    5_068,
    "a peak rebuilt over two transfers with more places than an amount may have, which failed every NAV run after it",
  ],
  [
    5_642,
    "an overview stored again while a group was set aside, which lacked that group until the account's next change",
  ],
  [
    13_420,
    "a trade by hand counted for a group that another group, which had taken its position over, had closed before",
  ],
  [
    14_820,
    "a first NAV whose peak was never stored, which the simulator itself took for the baseline's beginning",
  ],
  [14_171, "a peak that stood still and then took in a profit without the commission of its own trade"],
  [15_718, "an account with an unreadable row, which the simulator itself took for an answer of the venue"],
  [1_252, "a close of the other side, which the simulator itself took for one of the side that was held"],
  [
    6_187,
    "an entry filled lot by lot and left with one lot as dust, which the simulator itself took for dust at the first fill",
  ],
  [
    7_673,
    "a group that came to its time limit in the last passes, in which the simulator itself lets nothing look",
  ],
  [7_343, "a close of a short, which the simulator itself took for one of the long that was to be opened"],
  [
    14_670,
    "a held coin without a row in the price list, which was priced by a later question and made a NAV of two moments",
  ],
  [
    8_663,
    "a trade by hand counted for a group that a hand's position had netted away, minutes after the group's end",
  ],
  [
    9_918,
    "an age of blindness that began anew, as a look that stood still stored its sight of a minute before",
  ],
  [
    9_967,
    "a stop of a short, left behind, that took from a hand's short and was booked to the long that held the symbol",
  ],
  [
    16_015,
    "a group netted away by a hand's order in our name, which the simulator itself wanted to have a trade that closes it",
  ],
  [19_041, "the same, after a take-profit of the group had taken its part"],
  [
    16_428,
    "an entry in a symbol whose booked dust had been liquidated, which it would have taken over although it was gone",
  ],
  [
    16_273,
    "a liquidation of a position by hand counted for a group that its own order had closed before another came",
  ],
  [
    40_116,
    "an exit refused for holding nothing, while an entry that had filled was denied by a look-up that lagged",
  ],
  [
    106,
    "a run that broke while ladders and commands on positions were being brought together, and is quiet since",
  ],
  [186, "another of them"],
  [
    90_552,
    "a look that asked nothing, since the venue wanted quiet, to which the simulator itself gave the answers of the one before",
  ],
  [
    1_210,
    "a loss in the night of NAV runs that failed, whose income the simulator itself wanted sooner than a run could see it",
  ],
  [
    11_047,
    "a look that stood still for a minute and put its old record over a newer one, so that blindness had an age that it had not",
  ],
  [
    12_255,
    "a resting entry cancelled for a message that came again to an instance which remembered it in doubt, while the look-up lagged",
  ],
  [
    4_290,
    "a take-profit left behind by a group that took from the next one of its side, which the simulator itself counted for the first",
  ],
  [
    630_159,
    "a take-profit that left slowly, while a flatten closed its position, which the simulator itself held against what was left",
  ],
  [
    1_491,
    "an order that was called absent while a look read the account, taken for one that stands still: everything was closed",
  ],
  [
    1_001_640,
    "a deposit between two runs before gains were taken from paper, which ended the baseline as if nothing had been left",
  ],
  [
    1_011_450,
    "an adopted position whose rest the venue closed by force, which the simulator itself left out of the group's own trades",
  ],
  [
    1_012_156,
    "a broken document that a process stored whole again, which the simulator itself took for broken still",
  ],
  [
    1_012_263,
    "a position traded by hand in the first minute of an account, flattened for a NAV that had not been due yet",
  ],
  [
    1_040_200,
    "a book that the simulator itself left crossed: a resting order had used up the depth that stood beside it",
  ],
  [
    1_050_415,
    "an entry that appeared after minutes of absence, and was kept although its strategy had closed it meanwhile",
  ],
  [
    1_060_002,
    "what the insurance fund gave for a position by hand, booked for the group that this hand had closed",
  ],
  [
    1_060_100,
    "a take-profit that no book had heard of when an offset was planned, which the simulator itself did not count",
  ],
  [
    1_103_403,
    "a stop that had never arrived, left at its first denial for a minute once its group could be read again",
  ],
  [
    1_103_600,
    "an account worth less than nothing, which the simulator itself called a fall of more than all of it",
  ],
  [
    1_204_351,
    "an entry that rests close to its stop, which the simulator itself measured from the other touch",
  ],
  [1_205_635, "funding of a rest too small to close, which the simulator itself ended with its last trade"],
  [
    77_000_379,
    "a look of the watchdog that stood still before it read its memory, and stored a blindness of a minute ago as of now",
  ],
  [1_300_017, "an offset given up while a winner's order was in doubt, told as if it had closed nothing"],
  [1_303_573, "looks of one process at once, whose answers the simulator itself mixed up"],
  [168, "a flatten held up by a limit of requests that the venue had stated once and raised since"],
  [178, "a flatten's order, which the simulator itself counted to the exit that rested before it"],
  [227, "a resting exit that the venue refused, of which no person heard"],
  [1_033_023_410, "a winner that an entry made as large as before, so that its close was told as nothing"],
];

/** With every paper account at Bybit. */
const FOUND_AT_BYBIT: readonly (readonly [seed: number, fault: string])[] = [
  [18, "an order acknowledged and then refused by the book, which the simulator itself called taken"],
  [43, "insurance inside the cash flow of a trade, which the simulator itself looked for beside it"],
  [
    125,
    "a post-only order refused after its acknowledgement, which the simulator itself called a failed send",
  ],
];

describe("what the simulator found", () => {
  it.each(FOUND)("stays mended: seed %d, %s", async (seed) => {
    const result = await simulate({ seed, venue: "binance-usdm" });
    if (result.violation !== null) expect.fail((await reportOf(result)).join("\n"));
  });

  it.each(FOUND_AT_BYBIT)("stays mended at Bybit: seed %d, %s", async (seed) => {
    const result = await simulate({ seed, venue: "bybit-linear" });
    if (result.violation !== null) expect.fail((await reportOf(result)).join("\n"));
  });
});
