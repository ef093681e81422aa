// Levels of a plan as they are typed and shown in a form: `61000` is a price, `1.5%` and `900 away` count from the average
// entry, `3R` is a multiple of the stop's distance; `1%@50` closes half there. Pure.
import type { StopLevel, TakeProfitLevel, TakeProfitPlan } from "#domain/documents/exit-plan.ts";
import { formatBps, formatQty } from "./amount.ts";

const AMOUNT = /^\d{1,15}(\.\d{1,12})?$/;
const PERCENT = /^(\d{1,4})(?:\.(\d{1,2}))?$/;

/** Basis points of a percentage with at most two places; null for anything else, and for zero. */
export function bpsOfPercent(text: string): number | null {
  const [, whole, places = ""] = PERCENT.exec(text.trim()) ?? [];
  if (whole === undefined) return null;
  const bps = Number(whole) * 100 + Number(places.padEnd(2, "0"));
  return bps > 0 ? bps : null;
}

const amountOf = (text: string): string | null => {
  const amount = text.trim();
  return AMOUNT.test(amount) && /[1-9]/.test(amount) ? amount : null;
};

/** Null for a text that is no level. */
export function takeProfitLevelOf(text: string): TakeProfitLevel | null {
  const multiple = /^(.+)r$/i.exec(text.trim())?.[1];
  const riskMultiple = multiple === undefined ? null : amountOf(multiple);
  return riskMultiple === null ? stopLevelOf(text) : { kind: "riskMultiple", riskMultiple };
}

export function stopLevelOf(text: string): StopLevel | null {
  const said = text.trim();
  const percent = /^(.+)%$/.exec(said)?.[1];
  if (percent !== undefined) {
    const bps = bpsOfPercent(percent);
    return bps === null ? null : { kind: "bps", bps };
  }
  const distance = /^(.+)away$/.exec(said)?.[1];
  const amount = amountOf(distance ?? said);
  if (amount === null) return null;
  return distance === undefined
    ? { kind: "priceUsd", priceUsd: amount }
    : { kind: "distanceUsd", distanceUsd: amount };
}

/** Levels apart by commas, the nearest first, each with its share in percent after `@`; null where one of them is none. */
export function ladderOf(text: string): readonly TakeProfitPlan[] | null {
  if (text.trim() === "none") return [];
  const levels = text.split(",").map((each) => {
    const [said = "", share = "", ...more] = each.split("@");
    const [level, shareBps] = [takeProfitLevelOf(said), bpsOfPercent(share)];
    return level === null || shareBps === null || more.length > 0 ? null : { level, shareBps };
  });
  return levels.every((each) => each !== null) ? levels : null;
}

function percentText(bps: number): string {
  return formatBps(bps)
    .replaceAll(",", "")
    .replace(/\.?0+$/, "");
}

export function levelText(level: TakeProfitLevel): string {
  switch (level.kind) {
    case "bps":
      return `${percentText(level.bps)}%`;
    case "priceUsd":
      return formatQty(level.priceUsd).replaceAll(",", "");
    case "distanceUsd":
      return `${formatQty(level.distanceUsd).replaceAll(",", "")} away`;
    case "riskMultiple":
      return `${formatQty(level.riskMultiple)}R`;
  }
}

export function ladderText(takeProfits: readonly TakeProfitPlan[]): string {
  if (takeProfits.length === 0) return "none";
  return takeProfits.map(({ level, shareBps }) => `${levelText(level)}@${percentText(shareBps)}`).join(", ");
}
