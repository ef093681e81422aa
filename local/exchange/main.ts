// The exchange as a process: options in, `exchange ready on HOST:PORT` out.
import { choice, text, wholeNumber } from "@ballast/local-serving/command-line.ts";
import { runServer } from "@ballast/local-serving/run-server.ts";
import { dataOption, serverOptions } from "@ballast/local-serving/server-options.ts";
import { VENUE_IDS } from "#domain/documents/words.ts";
import { LOCAL_PORTS } from "#local/ports.ts";
import { DEFAULT_DIALECT } from "./dialects.ts";
import { startProcess } from "./process.ts";

/** Seed of an exchange that was not given one: the same prices on every fresh start. */
const DEFAULT_SEED = 1;
const LARGEST_SEED = 0xffff_ffff;

await runServer({
  name: "exchange",
  about:
    "A local futures exchange: Binance USD-M's REST API, or Bybit's, over a matching engine, with faults on demand.",
  main: import.meta.url,
  options: {
    ...serverOptions(LOCAL_PORTS.exchange),
    data: dataOption("accounts, orders and prices"),
    seed: wholeNumber([0, LARGEST_SEED], {
      help: "decides prices, liquidity and fault draws",
      standard: DEFAULT_SEED,
    }),
    dialect: choice(VENUE_IDS, "the venue whose API it speaks", DEFAULT_DIALECT),
    klines: text("DIR", {
      help: "replay prices from kline files named SYMBOL.csv or SYMBOL-anything.csv",
      standard: undefined,
    }),
    clock: choice(["real", "manual"], "whether time runs by itself or by the admin action `time`", "real"),
  },
  start: ({ data, klines, clock, ...values }, log) =>
    startProcess({ ...values, dataDir: data, klinesDir: klines, isManualClock: clock === "manual" }, log),
});
