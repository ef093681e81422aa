// Writes a new strategy with its test: a plain crossing of two averages that works as it stands, to be changed from there.
// Refuses a name that is taken or that could not be an id, and overwrites nothing but the list of strategies.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Short enough for every id that is made from it. */
const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAX_ID_CHARACTERS = 40;
/** Folders beside the strategies. */
const NOT_STRATEGIES: ReadonlySet<string> = new Set(["runtime", "testing", "node_modules"]);

export interface Written {
  readonly strategy: string;
  readonly test: string;
  readonly list: string;
}

/** `folder` is the repository's `strategies`. Throws RangeError for a name that cannot be taken. */
export function writeStrategy(folder: string, id: string): Written {
  if (!ID.test(id) || id.length > MAX_ID_CHARACTERS || NOT_STRATEGIES.has(id))
    throw new RangeError(
      `"${id}" cannot be a name: use 1 to ${MAX_ID_CHARACTERS} small letters and digits in words with hyphens, like night-breakout`,
    );
  const home = join(folder, id);
  if (existsSync(home))
    throw new RangeError(`There is a folder ${home} already: choose another name, or change what is there`);
  mkdirSync(home);
  const written = {
    strategy: join(home, "strategy.ts"),
    test: join(home, "strategy.test.ts"),
    list: join(folder, "all.ts"),
  };
  writeFileSync(written.strategy, strategyText(id));
  writeFileSync(written.test, testText(id));
  writeFileSync(written.list, listText(strategyIds(folder)));
  return written;
}

/** Ids of all strategies in the folder, in the order of the list. */
export function strategyIds(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_STRATEGIES.has(entry.name))
    .map(({ name }) => name)
    .toSorted();
}

/** The text of strategies/all.ts for these ids. */
export function listText(ids: readonly string[]): string {
  const imports = [
    ...ids.map((id) => ({ from: `./${id}/strategy.ts`, line: `{ strategy as ${nameOf(id)} }` })),
    { from: "./interface.ts", line: "type { Strategy }" },
  ].toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const names = ids.map(nameOf);
  const oneLine = `export const STRATEGIES: readonly Strategy[] = [${names.join(", ")}];`;
  const list =
    oneLine.length <= LINE_WIDTH
      ? oneLine
      : ["export const STRATEGIES: readonly Strategy[] = [", ...names.map((name) => `  ${name},`), "];"].join(
          "\n",
        );
  return [
    "// Every strategy of this folder, by its id; `node tools/strategy.ts new` keeps the list. What is not listed is not there: no",
    "// code is loaded by a name that came from outside.",
    ...imports.map(({ from, line }) => `import ${line} from "${from}";`),
    "",
    list,
    "",
  ].join("\n");
}

/** The formatter's. */
const LINE_WIDTH = 110;

function nameOf(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function strategyText(id: string): string {
  return `// Buys where a fast average crosses above a slow one, and sells where it crosses back. Written by
// \`node tools/strategy.ts new\`: say here what your idea is, and change the rest.
import { z } from "zod";
import { amount } from "../amount.ts";
import { defineStrategy } from "../define.ts";
import { atr, ema, settled } from "../indicators.ts";
import type { Action } from "../interface.ts";
import { noted } from "../note.ts";
import { decimal, whole } from "../parameters.ts";

export const strategy = defineStrategy({
  id: "${id}",
  version: 1,
  earnsFrom: "Rises that last longer than the slow average looks back.",
  losesWhen: "The market goes sideways, and each crossing comes to nothing.",
  timeframes: ["1h"],
  symbols: { kind: "listed", symbols: ["BTCUSDT"] },
  informative: [],
  warmUpCandles: ({ slow, range }) => Math.max(settled.ema(slow), settled.wilder(range)) + 1,
  parameters: z.object({
    fast: whole({ default: 8, min: 2, max: 50, unit: "candles", meaning: "period of the fast average" }),
    slow: whole({ default: 21, min: 5, max: 150, unit: "candles", meaning: "period of the slow average" }),
    range: whole({ default: 14, min: 5, max: 50, unit: "candles", meaning: "period of the ATR" }),
    stopRanges: decimal({ default: 2, min: 0.5, max: 10, unit: "× ATR", meaning: "distance of the stop" }),
    riskBps: whole({ default: 50, min: 5, max: 200, unit: "bps of NAV", meaning: "loss at the stop" }),
  }),
  indicators: ({ fast, slow, range }) => ({ fast: ema(fast), slow: ema(slow), range: atr(range) }),
  decide: ({ indicators, candles, parameters, group }): readonly Action[] => {
    const { fast, slow, range } = indicators;
    const isAbove = fast.value > slow.value;
    const wasAbove = fast.before > slow.before;
    const at = { rangeUsd: range.value, priceUsd: candles.last.close, timeframe: "1h" } as const;
    if (group !== null)
      return wasAbove && !isAbove ? [{ kind: "close", ...noted("the averages crossed back", at) }] : [];
    if (wasAbove || !isAbove) return [];
    return [
      {
        kind: "open",
        side: "long",
        size: { kind: "riskBps", riskBps: parameters.riskBps },
        exits: {
          stop: { kind: "distanceUsd", distanceUsd: amount(range.value * parameters.stopRanges) },
          takeProfits: [{ level: { kind: "riskMultiple", riskMultiple: "3" }, shareBps: 5_000 }],
          breakEvenAfter: 1,
          trailing: null,
          timeLimitMs: null,
        },
        ladder: null,
        ...noted("the fast average crossed above the slow one", at),
      },
    ];
  },
});
`;
}

function testText(id: string): string {
  return `// ${id} enters on a crossing upwards with a stop, leaves on the crossing back, and stays out of a market that stands.
import { describe, expect, it } from "vitest";
import { ask, openGroup } from "../testing/ask.ts";
import { strategy } from "./strategy.ts";

const falling = Array.from({ length: 40 }, (_, hour) => 100 - hour * 0.1);
const rising = Array.from({ length: 40 }, (_, hour) => 100 + hour * 0.1);
const held = openGroup({ side: "long", averageEntryUsd: "100" });

describe("${id}", () => {
  it("buys where the averages cross upwards, with a stop", () => {
    const [action] = ask(strategy, { closes: { BTCUSDT: [...falling, 104] } }).BTCUSDT ?? [];
    expect(action).toMatchObject({ kind: "open", side: "long", exits: { stop: { kind: "distanceUsd" } } });
  });

  it("sells where they cross back", () => {
    const closes = { BTCUSDT: [...rising, 96] };
    const actions = ask(strategy, { closes, groups: { BTCUSDT: held } }).BTCUSDT;
    expect(actions?.map(({ kind }) => kind)).toEqual(["close"]);
  });

  it("stays out where nothing moves", () => {
    expect(ask(strategy, { closes: { BTCUSDT: [100] } }).BTCUSDT).toEqual([]);
  });
});
`;
}
