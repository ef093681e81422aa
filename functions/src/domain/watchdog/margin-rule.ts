// Distance to liquidation, as the look itself saw it: a margin ratio at its limit is told to people. It closes nothing: which
// position to give up, or whether to pay in, is a person's choice, and stops come before liquidation.
import { marginPools } from "#domain/nav/margin.ts";
import type { Finding, WatchdogRule } from "./view.ts";

export const marginRatio: WatchdogRule = ({ look, config }) => {
  const limitBps = config.venueAccount.maxMarginRatioBps;
  if (limitBps === null) return [];
  return marginPools(look.account?.margin ?? [])
    .filter(({ ratioBps }) => ratioBps >= limitBps)
    .map(({ symbol, ratioBps, roomBps }): Finding => {
      const whose = symbol === null ? "The account's margin ratio" : `The margin ratio of ${symbol}`;
      const room = roomBps === null ? "" : `; ${roomBps} bps to liquidation`;
      const message = `${whose} is ${ratioBps} bps, limit ${limitBps}${room}`;
      return { code: "MARGIN_RATIO", subject: symbol ?? "", message, calls: "alert", source: null };
    });
};
