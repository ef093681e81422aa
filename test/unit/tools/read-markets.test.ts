// A symbol that was just configured can be traded at once, or the verb says which cannot and why: no silent hour of denials.
import { expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { NOW_MS } from "#test/support/factories.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { readMarkets } from "#tools/ballast/commands/read-markets.ts";

const VENUE = "bybit-linear";
const WANTED = { venue: VENUE, symbols: ["BTCUSDT", "SOLUSDT"] } as const;

const universe = (asOfMs: number, ...symbols: readonly string[]) => ({
  asOfMs,
  venue: VENUE,
  markets: Object.fromEntries(symbols.map((symbol) => [symbol, { symbol }])),
});

interface Case {
  readonly name: string;
  /** Symbols that are stored; null: no document. */
  readonly stored: readonly string[] | null;
  /** Symbols that the pass of the schedule stores; null: nothing, in any time. */
  readonly listed: readonly string[] | null;
  readonly fault?: string;
  readonly writes?: boolean;
  readonly runs: number;
  readonly said: readonly string[];
}

const READING = `Reading the markets of ${VENUE}:`;
const DENIED =
  "Until they are, entries are denied as MARKET_UNKNOWN: npm run ballast -- run-once universeHourly --write";

it.each<Case>([
  {
    name: "the first account of a venue has its markets read",
    stored: null,
    listed: ["BTCUSDT", "SOLUSDT"],
    runs: 1,
    said: [`${READING} BTCUSDT, SOLUSDT`, "They can be traded"],
  },
  {
    name: "a symbol that is new to a venue has its market read",
    stored: ["BTCUSDT"],
    listed: ["BTCUSDT", "SOLUSDT"],
    runs: 1,
    said: [`${READING} SOLUSDT`, "They can be traded"],
  },
  { name: "known markets ask for nothing", stored: ["SOLUSDT", "BTCUSDT"], listed: null, runs: 0, said: [] },
  {
    name: "a symbol that the venue does not list is named",
    stored: null,
    listed: ["BTCUSDT"],
    runs: 1,
    said: [
      `${READING} BTCUSDT, SOLUSDT`,
      `${VENUE} does not list SOLUSDT: correct the config, or entries in them are denied`,
    ],
  },
  {
    name: "a pass that fails leaves the verb whole, with cause and remedy",
    stored: null,
    listed: null,
    fault: "the schedule answered 500",
    runs: 1,
    said: [`${READING} BTCUSDT, SOLUSDT`, `They were not read (the schedule answered 500). ${DENIED}`],
  },
  {
    name: "a pass that stores nothing ends the wait",
    stored: ["BTCUSDT"],
    listed: null,
    runs: 1,
    said: [`${READING} SOLUSDT`, `They were not read (nothing after 60 s). ${DENIED}`],
  },
  {
    name: "a dry run asks for nothing",
    stored: null,
    listed: null,
    writes: false,
    runs: 0,
    said: [`Would read the markets of ${VENUE}: BTCUSDT, SOLUSDT`],
  },
])("$name", async ({ stored, listed, fault, writes = true, runs, said }) => {
  const clock = createFakeClock();
  const documents = createMemoryDocuments(clock);
  if (stored !== null) documents.seed(paths.universe(VENUE), universe(NOW_MS - 1, ...stored));
  const heard: string[] = [];
  const parts = { documents, clock, writes, say: (line: string) => void heard.push(line) };
  let ran = 0;
  await readMarkets(parts, WANTED, async () => {
    ran += 1;
    if (fault !== undefined) throw new Error(fault);
    if (listed !== null) documents.seed(paths.universe(VENUE), universe(NOW_MS, ...listed));
  });
  expect({ ran, heard }).toEqual({ ran: runs, heard: said });
});
