// The levels at which an alert says to take profit: a JSON list, or its compact spelling `2%:50, 3R:50` for text
// alerts. Each level names its unit. A list of which one part cannot be read is read not at all.

import { isSameJson } from "#domain/config/same-json.ts";
import {
  FURTHEST_BPS,
  FURTHEST_MULTIPLE,
  MAX_TAKE_PROFITS,
  type TakeProfitLevel,
  type TakeProfitPlan,
} from "#domain/documents/exit-plan.ts";
import { parseJson } from "./json-body.ts";
import {
  bpsFrom,
  bpsFromPercent,
  exactDecimal,
  isPositive,
  shareFromBps,
  shareFromPercent,
} from "./number.ts";

/** A level with its unit, a colon, and the share of the position in percent. */
const COMPACT = /^([^:\s]{1,40}?)(%|bps|r|usd)[ \t]?:[ \t]?([^:\s]{1,40})$/i;

/** Undefined when the text is no such list, or an empty one. */
export function readTakeProfits(text: string): readonly TakeProfitPlan[] | undefined {
  const plans = text.startsWith("[") ? listed(text) : text.split(/[ \t]?,[ \t]?/).map(compact);
  const read = plans?.filter((plan) => plan !== undefined) ?? [];
  const isWhole = read.length === plans?.length;
  return isWhole && read.length > 0 && read.length <= MAX_TAKE_PROFITS ? read : undefined;
}

type PlanOrNone = TakeProfitPlan | undefined;

function listed(text: string): readonly PlanOrNone[] | undefined {
  const parsed = parseJson(text);
  if ("error" in parsed || !Array.isArray(parsed.value)) return undefined;
  return parsed.value.map((item: unknown) => ofFields(item));
}

/** Spellings of the level, and of the share. Several have to say the same. */
const LEVELS: Readonly<Record<string, (text: string) => TakeProfitLevel | undefined>> = {
  pct: (text) => ofBps(bpsFromPercent(text, FURTHEST_BPS)),
  bps: (text) => ofBps(bpsFrom(text, FURTHEST_BPS)),
  priceUsd: (text) => {
    const priceUsd = exactDecimal(text);
    return isPositive(priceUsd) ? { kind: "priceUsd", priceUsd } : undefined;
  },
  distanceUsd: (text) => {
    const distanceUsd = exactDecimal(text);
    return isPositive(distanceUsd) ? { kind: "distanceUsd", distanceUsd } : undefined;
  },
  r: (text) => {
    const riskMultiple = exactDecimal(text);
    const fits = isPositive(riskMultiple) && Number(riskMultiple) <= FURTHEST_MULTIPLE;
    return fits ? { kind: "riskMultiple", riskMultiple } : undefined;
  },
};
const SHARES: Readonly<Record<string, (text: string) => number | undefined>> = {
  sharePct: shareFromPercent,
  shareBps: shareFromBps,
};

function ofBps(bps: number | undefined): TakeProfitLevel | undefined {
  return bps === undefined ? undefined : { kind: "bps", bps };
}

function ofFields(item: unknown): PlanOrNone {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
  const fields = Object.entries(item).map(([name, value]) => [name, String(value)] as const);
  const known = (name: string) => Object.hasOwn(LEVELS, name) || Object.hasOwn(SHARES, name);
  if (!fields.every(([name]) => known(name))) return undefined;
  const level = agreed(LEVELS, fields);
  const shareBps = agreed(SHARES, fields);
  return level === undefined || shareBps === undefined ? undefined : { level, shareBps };
}

function agreed<T>(
  readers: Readonly<Record<string, (text: string) => T | undefined>>,
  fields: readonly (readonly [name: string, text: string])[],
): T | undefined {
  const values = fields
    .filter(([name]) => Object.hasOwn(readers, name))
    .map(([name, text]) => readers[name]?.(text));
  const [first] = values;
  return values.every((value) => value !== undefined && isSameJson(value, first)) ? first : undefined;
}

const UNITS: Readonly<Record<string, string>> = { "%": "pct", bps: "bps", r: "r", usd: "priceUsd" };

function compact(part: string): PlanOrNone {
  const [, value = "", unit = "", share = ""] = COMPACT.exec(part) ?? [];
  const level = LEVELS[UNITS[unit.toLowerCase()] ?? ""]?.(value);
  const inBps = /bps$/i.test(share);
  const shareBps = inBps ? shareFromBps(share.slice(0, -"bps".length)) : shareFromPercent(share);
  return level === undefined || shareBps === undefined ? undefined : { level, shareBps };
}
