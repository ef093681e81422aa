// Lets an act of the venue or of others happen to a world.
import { AdminInputError } from "#local/exchange/admin/input.ts";
import { accountMargin, withdrawableUsdE8 } from "#local/exchange/engine/margin.ts";
import type { World } from "../world.ts";
import type { HandSymbol } from "./hand-settings.ts";
import type { OutsideAct } from "./outside.ts";

/** Left of the margin by a squeeze: a jump of a quarter takes far more. */
const LEFT_USD = 10;

export function happenOutside(world: World, act: OutsideAct | HandSymbol): undefined {
  const { exchange } = world;
  switch (act.kind) {
    case "symbolSetting":
      return setSymbol(world, act);
    case "adl":
      exchange.admin("adl", { accountId: act.accountId, symbol: act.symbol, share: act.share });
      return;
    case "squeeze":
      return squeeze(world, act);
    case "unpriced": {
      const rule = { effect: { kind: "unpriced" }, match: { path: "/fapi/v1/order" } } as const;
      return world.faultFor(act.durationMs, rule);
    }
  }
}

/** The venue changes no margin type of a symbol that is held. */
function setSymbol({ exchange, log, queue }: World, { accountId, symbol, change }: HandSymbol): undefined {
  try {
    exchange.admin("symbolSettings", { accountId, symbol, ...change });
  } catch (error) {
    if (!(error instanceof AdminInputError)) throw error;
    log.add(queue.nowMs, `the venue refuses the setting: ${error.message}`);
  }
}

function squeeze(
  { exchange, log, queue }: World,
  { accountId, symbol, percent }: Extract<OutsideAct, { kind: "squeeze" }>,
): undefined {
  const account = exchange.engine.state.accounts.get(accountId);
  const isHeld = (account?.positions.get(symbol)?.lots ?? 0) !== 0;
  if (account === undefined || !isHeld) return;
  const leftUsd = Number(withdrawableUsdE8(accountMargin(exchange.engine, account))) / 1e8 - LEFT_USD;
  try {
    if (leftUsd > 0) exchange.admin("withdraw", { accountId, amountUsd: leftUsd.toFixed(2) });
  } catch (error) {
    if (!(error instanceof AdminInputError)) throw error;
    log.add(queue.nowMs, `the venue refuses to withdraw: ${error.message}`);
  }
  exchange.admin("jump", { percent, symbol });
}
