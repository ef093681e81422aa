// A running exchange process: clock, store, server, snapshots, and a clean stop.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, every, systemClock } from "@ballast/local-serving/clock.ts";
import type { VenueId } from "#domain/documents/account.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import { startServer } from "./http/server.ts";
import { DataDirectory } from "./store/data-directory.ts";

/** A snapshot this often bounds the log and the time a restart takes. */
const SNAPSHOT_MS = 60_000;

interface ProcessOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly seed: number;
  readonly dialect: VenueId;
  /** Where state is kept; without it the exchange forgets everything when it stops. */
  readonly dataDir: string | undefined;
  /** Directory of kline CSV files named SYMBOL*.csv. */
  readonly klinesDir: string | undefined;
  readonly isManualClock: boolean;
}

interface ExchangeProcess {
  readonly port: number;
  /** Saves and stops. Safe to call once. */
  readonly stop: () => Promise<void>;
}

/** The market's time. Timers stay on the machine's time, whatever moves the market's. */
type MarketClock = Pick<Clock, "nowMs"> & { readonly setNowMs?: (ms: number) => void };

function makeClock(isManual: boolean): MarketClock {
  if (!isManual) return { nowMs: systemClock.nowMs };
  let currentMs = systemClock.nowMs();
  return {
    nowMs: () => currentMs,
    setNowMs: (ms) => {
      currentMs = ms;
    },
  };
}

/** Kline texts by symbol, from files named SYMBOL.csv or SYMBOL-anything.csv. */
function readKlines(directory: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const file of readdirSync(directory).sort()) {
    const symbol = /^([A-Z0-9]+)(?:-[^/]*)?\.csv$/.exec(file)?.[1];
    if (symbol !== undefined)
      texts[symbol] = (texts[symbol] ?? "") + readFileSync(join(directory, file), "utf8");
  }
  if (Object.keys(texts).length === 0)
    throw new Error(`${directory} holds no file named like BTCUSDT-1m.csv`);
  return texts;
}

/** Loads or makes the exchange, brings it up to date and stores where it stands. */
function openExchange(
  options: ProcessOptions,
  clock: MarketClock,
  store: DataDirectory | undefined,
): Exchange {
  const loaded = store?.load();
  const exchange = createExchange({
    seed: options.seed,
    dialect: options.dialect,
    ...clock,
    ...(options.klinesDir === undefined ? {} : { klines: readKlines(options.klinesDir) }),
    ...(loaded === undefined ? {} : { restore: loaded }),
    ...(store === undefined ? {} : { onCommit: (record) => store.append(record) }),
  });
  clock.setNowMs?.(Math.max(clock.nowMs(), exchange.engine.state.clockMs));
  exchange.advanceTo(clock.nowMs());
  store?.save(exchange.snapshot());
  return exchange;
}

interface Opened {
  readonly exchange: Exchange;
  readonly store: DataDirectory | undefined;
}

/** Starts an exchange as the command line says. `warn` is told what was repaired or went wrong. */
export async function startProcess(
  options: ProcessOptions,
  warn: (message: string) => void,
): Promise<ExchangeProcess> {
  const clock = makeClock(options.isManualClock);
  let opened: Opened | undefined;
  const open = (): Exchange => {
    const store = options.dataDir === undefined ? undefined : new DataDirectory(options.dataDir, warn);
    opened = { exchange: openExchange(options, clock, store), store };
    return opened.exchange;
  };
  const onError = (error: unknown): void =>
    warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const server = await startServer(open, {
    host: options.host,
    port: options.port,
    nowMs: clock.nowMs,
    onError,
  });
  if (opened === undefined) throw new Error("The exchange was not opened");
  const { exchange, store }: Opened = opened;
  const saver = every(systemClock, SNAPSHOT_MS, () => store?.save(exchange.snapshot()));
  return {
    port: server.port,
    stop: async () => {
      saver.cancel();
      await server.close();
      store?.save(exchange.snapshot());
      store?.close();
    },
  };
}
