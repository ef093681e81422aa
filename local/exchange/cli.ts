// Reads the exchange's command line. All faults are reported at once, each with what would be right.
import { parseArgs } from "node:util";
import { LOCAL_PORTS } from "#local/ports.ts";

export interface CliOptions {
  readonly port: number;
  readonly seed: number;
  /** Where state is kept; without it the exchange forgets everything when it stops. */
  readonly dataDir: string | undefined;
  /** Directory of kline CSV files named SYMBOL*.csv. */
  readonly klinesDir: string | undefined;
  readonly manualClock: boolean;
}

/** Seed of a stack that was not given one: the same prices on every fresh start. */
const DEFAULT_SEED = 1;

function wholeNumber(
  name: string,
  text: string | undefined,
  standard: number,
  highest: number,
  faults: string[],
): number {
  if (text === undefined) return standard;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > highest)
    faults.push(`--${name} ${text} is not a whole number from 0 to ${highest}`);
  return value;
}

/** Throws one error that lists every unusable option. */
export function readCli(args: readonly string[]): CliOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      seed: { type: "string" },
      data: { type: "string" },
      klines: { type: "string" },
      clock: { type: "string" },
    },
  });
  const faults: string[] = [];
  const port = wholeNumber("port", values.port, LOCAL_PORTS.exchange.port, 65_535, faults);
  const seed = wholeNumber("seed", values.seed, DEFAULT_SEED, 0xffff_ffff, faults);
  if (values.clock !== undefined && values.clock !== "manual" && values.clock !== "real") {
    faults.push(`--clock ${values.clock} is neither real nor manual`);
  }
  if (faults.length > 0) throw new Error(faults.join("; "));
  return {
    port,
    seed,
    dataDir: values.data,
    klinesDir: values.klines,
    manualClock: values.clock === "manual",
  };
}
