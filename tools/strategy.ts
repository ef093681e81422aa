// For authors of strategies (docs/strategies.md). `new NAME` writes one with its test; `check [NAME]` sets the traps of
// look-ahead and warm-up on made candles, or on the user's own. Writes below strategies/ only, and speaks to no network.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command, Option } from "commander";
import { STRATEGIES } from "#strategies/all.ts";
import type { Strategy } from "#strategies/interface.ts";
import { TIMEFRAMES, type Timeframe } from "#strategies/timeframes.ts";
import { candlesOfCsv } from "./strategy/candle-csv.ts";
import { checked, isSound } from "./strategy/check.ts";
import { madeMarkets, marketOfFiles } from "./strategy/market.ts";
import { writeStrategy } from "./strategy/new-strategy.ts";
import { checkTable } from "./strategy/table.ts";

const ROOT = join(import.meta.dirname, "..");

interface CheckOptions {
  readonly csv?: readonly string[];
  readonly timeframe: Timeframe;
}

const program = new Command("node tools/strategy.ts").description("Strategies: write one, and check them");

program
  .command("new <name>")
  .description("write strategies/NAME with a working strategy and its test")
  .action((name: string) => {
    const { strategy, test } = writeStrategy(join(ROOT, "strategies"), name);
    const shown = [strategy, test].map((path) => relative(ROOT, path));
    process.stdout.write(
      [
        ...shown.map((path) => `wrote ${path}`),
        "",
        "Change it, then:",
        `  npx vitest run strategies/${name}`,
        `  node tools/strategy.ts check ${name}`,
        "",
      ].join("\n"),
    );
  });

program
  .command("check [name]")
  .description("look-ahead and warm-up check of one strategy, or of all")
  .option("--csv <symbol=file...>", "candles of a symbol, as Binance publishes them, instead of made ones")
  .addOption(
    new Option("--timeframe <length>", "length of the candles in the files")
      .choices(TIMEFRAMES)
      .default("1h"),
  )
  .action((name: string | undefined, options: CheckOptions) => {
    const files = (options.csv ?? []).map((given) => seriesOf(given, options.timeframe));
    const results = chosen(name).map((strategy) => {
      const prepared = strategy.prepare({});
      return checked(prepared, files.length === 0 ? madeMarkets(prepared) : [marketOfFiles(prepared, files)]);
    });
    process.stdout.write(`${checkTable(results)}\n`);
    process.exitCode = results.every(isSound) ? 0 : 1;
  });

function chosen(name: string | undefined): readonly Strategy[] {
  if (name === undefined) return STRATEGIES;
  const found = STRATEGIES.filter(({ id }) => id === name);
  if (found.length > 0) return found;
  throw new RangeError(
    `There is no strategy ${name}: there are ${STRATEGIES.map(({ id }) => id).join(", ")}`,
  );
}

function seriesOf(given: string, timeframe: Timeframe) {
  const [symbol, file] = given.split("=");
  if (symbol === undefined || file === undefined)
    throw new RangeError(`--csv ${given}: write it as SYMBOL=FILE, like BTCUSDT=BTCUSDT-1h-2026-01.csv`);
  return { symbol, timeframe, candles: candlesOfCsv(file, readFileSync(file, "utf8"), timeframe) };
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
