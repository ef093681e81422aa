// The fields of commands on one position as they are typed: a share in percent, a stop's level, a ladder, a leg. Words that
// make no request are told with the form that does.
import type { ExitLeg } from "#domain/documents/command.ts";
import type { StopLevel, TakeProfitLevel, TakeProfitPlan } from "#domain/documents/exit-plan.ts";
import { PLAN_LEGS } from "#domain/documents/words.ts";

const BPS_PER_PERCENT = 100;
const WHOLE_BPS = 10_000;
const AMOUNT = /^\d+(\.\d+)?$/;

/** `25` or `12.5` percent, or `all`. */
export function shareBpsOf(text: string): number {
  if (text === "all") return WHOLE_BPS;
  const bps = Math.round(Number(text) * BPS_PER_PERCENT);
  if (!AMOUNT.test(text) || bps < 1 || bps > WHOLE_BPS)
    throw new Error(`A share is "all" or percent from 0.01 to 100, like 25: not "${text}"`);
  return bps;
}

/** `price=61000`, `bps=150` or `distance=900`. */
export function stopOf(text: string): StopLevel {
  const level = levelOf(text);
  if (level === null || level.kind === "riskMultiple")
    throw new Error(`A stop is price=USD, bps=N or distance=USD: not "${text}"`);
  return level;
}

/** `bps=100@50,price=65000@30,r=3@20`: nearest first, each with its share in percent; `none` for an empty ladder. */
export function ladderOf(text: string): readonly TakeProfitPlan[] {
  if (text === "none") return [];
  return text.split(",").map((each) => {
    const [said = "", share = ""] = each.split("@");
    const level = levelOf(said);
    if (level === null)
      throw new Error(`A level is price=USD, bps=N, distance=USD or r=N, and @ its percent: not "${each}"`);
    return { level, shareBps: shareBpsOf(share) };
  });
}

/** `trailing`, `timeLimit`, `breakEven`, or `takeProfit=2`, counted from the nearest. */
export function legOf(text: string): ExitLeg {
  const other = PLAN_LEGS.find((kind) => kind === text);
  if (other !== undefined) return { kind: other };
  const place = Number(/^takeProfit=(\d+)$/.exec(text)?.[1]);
  if (!(place >= 1)) throw new Error(`A leg is ${PLAN_LEGS.join(", ")} or takeProfit=1, 2, …: not "${text}"`);
  return { kind: "takeProfit", level: place - 1 };
}

function levelOf(text: string): TakeProfitLevel | null {
  const [kind = "", amount = ""] = text.split("=");
  if (!AMOUNT.test(amount)) return null;
  if (kind === "price") return { kind: "priceUsd", priceUsd: amount };
  if (kind === "bps") return { kind: "bps", bps: Number(amount) };
  if (kind === "distance") return { kind: "distanceUsd", distanceUsd: amount };
  return kind === "r" ? { kind: "riskMultiple", riskMultiple: amount } : null;
}
