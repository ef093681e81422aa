// Every strategy of this folder, by its id; `node tools/strategy.ts new` keeps the list. What is not listed is not there: no
// code is loaded by a name that came from outside.
import { strategy as donchianBreakout } from "./donchian-breakout/strategy.ts";
import type { Strategy } from "./interface.ts";
import { strategy as meanReverter } from "./mean-reverter/strategy.ts";
import { strategy as momentumRanking } from "./momentum-ranking/strategy.ts";
import { strategy as trendFollower } from "./trend-follower/strategy.ts";

export const STRATEGIES: readonly Strategy[] = [
  donchianBreakout,
  meanReverter,
  momentumRanking,
  trendFollower,
];
