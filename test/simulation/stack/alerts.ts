// The alerts of a fault run, drawn from its seed: entries, reductions and closes over several symbols, in both modes
// and both formats, a few of them unusable or unproved. Pure but for the time, which is an argument.

import type { Random } from "@ballast/local-serving/random.ts";
import { signalId } from "#domain/documents/ids.ts";
import { DIRECT_HOOK_ID, SIGNED_HOOK_ID } from "#local/stack/settings.ts";
import { SYMBOLS } from "./seed.ts";

export interface SentAlert {
  /** What the sender calls it; every repetition carries the same. */
  readonly key: string;
  readonly mode: "direct" | "signed";
  readonly contentType: string;
  readonly body: string;
  /** Whether a correct proof goes with it, and whether its content can be traded. */
  readonly isProved: boolean;
  readonly isUsable: boolean;
  /** Id of the receipt that a usable alert must leave. */
  readonly signalId: string;
}

const FIRST_ACTIONS_OPEN = 3;
const MIN_NOTIONAL_USD = 150;
const NOTIONAL_RANGE_USD = 1_350;
const REDUCE_PERCENTS = ["10", "25", "33.33", "50", "75", "100"] as const;

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError("There is nothing to pick from");
  return value;
}

/** What is wanted, as the fields of an alert. The first ones open, so that there is something to close. */
function wanted(random: Random, index: number): Readonly<Record<string, string>> {
  const symbol = pick(random, SYMBOLS);
  const kind = index < FIRST_ACTIONS_OPEN ? 0 : random();
  const side = random() < 0.6 ? "long" : "short";
  const notionalUsd = String(Math.round(MIN_NOTIONAL_USD + random() * NOTIONAL_RANGE_USD));
  if (kind < 0.4) return { symbol, action: "open", side, notionalUsd };
  if (kind < 0.5) return { symbol, action: side === "long" ? "buy" : "sell" };
  if (kind < 0.8) return { symbol, action: "close" };
  return { symbol, action: "reduce", reducePct: pick(random, REDUCE_PERCENTS) };
}

/** The next alert, made at `nowMs`. */
export function nextAlert(random: Random, seed: number, index: number, nowMs: number): SentAlert {
  const key = `sim-${seed}-${index}`;
  const mode = random() < 0.6 ? "direct" : "signed";
  const isUsable = random() >= 0.03;
  const isProved = random() >= 0.03;
  const asText = mode === "direct" && random() < 0.4;
  const { symbol, ...change } = wanted(random, index);
  const timed = mode === "direct" || random() < 0.5;
  const fields: Readonly<Record<string, string>> = {
    ...change,
    ...(isUsable && symbol !== undefined ? { symbol } : {}),
    ...(timed ? { timenow: String(nowMs) } : {}),
    ...(mode === "direct" ? { id: key } : {}),
  };
  const body = asText
    ? Object.entries(fields)
        .map(([name, value]) => `${name}=${value}`)
        .join(" ")
    : JSON.stringify(fields);
  return {
    key,
    mode,
    contentType: asText ? "text/plain; charset=utf-8" : "application/json",
    body,
    isProved,
    isUsable,
    signalId:
      mode === "direct"
        ? signalId(DIRECT_HOOK_ID, `id:${key}@${nowMs}`)
        : signalId(SIGNED_HOOK_ID, `webhook:${key}`),
  };
}
