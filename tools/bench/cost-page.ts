// docs/cost.md from the bench's counts and the list of prices: a month at 1, 10, 100 and 1,000 accounts. The text of the
// page stands in cost-page.txt; this fills in its tables, and a test compares the page with it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FUNCTIONS } from "#entry/options.ts";
import { MAX_ACCOUNTS_AT_ONCE } from "#schemas/records.ts";
import { DAYS_A_MONTH, monthlyUsd, type Operations, PLATFORM } from "./prices.ts";
import type { Measurement } from "./run.ts";

const ACCOUNTS = [1, 10, 100, 1_000];
const MINUTES_A_DAY = 1_440;
const ALERTS_A_DAY = 120;
/** Processor time of an account's minute: three schedules and three looks between, mostly waiting for the venue. */
const SECONDS_A_RUN = 1.5;
const RUNS_A_MINUTE = 3;
const LOOKS_A_MINUTE = 3;
/** The mark of the list of accounts, once for each schedule and however many accounts there are (docs/decisions/0071). */
const MARK_READS_A_MINUTE = RUNS_A_MINUTE;
/** Looks of a moment that share an instance. */
const LOOKS_AT_ONCE = FUNCTIONS.watchdog.concurrency;
const MEMORY_GIB = 0.5;
/** Of `commands`. */
const BRAKE_GIB = 0.25;
const SECONDS_A_MINUTE = 60;
/** One line of 300 bytes for a call, kept 30 days. */
const LOG_BYTES_A_CALL = 300;
/** Journal, receipts, orders and series of a day of twelve alerts a symbol, with their indexes. */
const STORED_BYTES_AN_ALERT = 40_000;
const KEPT_DAYS = 90;
const VENUE_BYTES_A_RUN = 6_000;
const GIB = 2 ** 30;

export function costPage(figures: readonly Measurement[], template: string): string {
  const idleMonthUsd =
    PLATFORM.usdPerIdleSecond * (1 + BRAKE_GIB) * SECONDS_A_MINUTE * MINUTES_A_DAY * DAYS_A_MONTH;
  return template
    .replace("{{month}}", monthTable(figures))
    .replace("{{idleSecond}}", PLATFORM.usdPerIdleSecond.toFixed(7))
    .replace("{{idleMonth}}", idleMonthUsd.toFixed(0));
}

export function costTemplate(): string {
  return readFileSync(join(import.meta.dirname, "cost-page.txt"), "utf8");
}

function monthTable(figures: readonly Measurement[]): string {
  const named = (name: string): number => {
    const found = figures.find((each) => each.name === name);
    if (found === undefined) throw new Error(`The bench has no figure ${name}`);
    return found.value;
  };
  const rows = ACCOUNTS.map((accounts) => {
    const parts = monthOf(accounts, named);
    const total = Object.values(parts).reduce((sum, each) => sum + each);
    return `| ${[accounts.toLocaleString("en-US"), ...Object.values(parts).map(usd), usd(total)].join(" | ")} |`;
  });
  const head = [
    "accounts",
    "Firestore",
    "stored data",
    "Cloud Run",
    "tasks and messages",
    "logs",
    "NAT",
    "together",
  ];
  return [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...rows].join("\n");
}

function usd(amount: number): string {
  return amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function monthOf(accounts: number, named: (name: string) => number): Readonly<Record<string, number>> {
  const aDay: Operations = {
    reads:
      MINUTES_A_DAY *
      (accounts * (named("minute with an open position, 10 symbols: reads") - MARK_READS_A_MINUTE) +
        MARK_READS_A_MINUTE),
    writes:
      accounts *
      (MINUTES_A_DAY * named("minute with an open position, 10 symbols: writes") +
        ALERTS_A_DAY * named("filled alert, warm: writes")),
    ttlDeletes: accounts * ALERTS_A_DAY * named("filled alert, warm: documents with a TTL"),
  };
  // Runs of few accounts share an instance, so they are billed as one; in tasks each 25 are.
  const instances = accounts <= MAX_ACCOUNTS_AT_ONCE ? 1 : Math.ceil(accounts / MAX_ACCOUNTS_AT_ONCE);
  const minutes = MINUTES_A_DAY * DAYS_A_MONTH;
  const calls =
    minutes * (RUNS_A_MINUTE * instances + LOOKS_A_MINUTE * accounts) +
    accounts * ALERTS_A_DAY * DAYS_A_MONTH * 2;
  const looking = LOOKS_A_MINUTE * Math.ceil(accounts / LOOKS_AT_ONCE);
  const alerting = accounts * ALERTS_A_DAY * DAYS_A_MONTH * 2;
  const seconds = (minutes * (RUNS_A_MINUTE * instances + looking) + alerting) * SECONDS_A_RUN;
  const tasks =
    minutes *
    (LOOKS_A_MINUTE * accounts + (accounts <= MAX_ACCOUNTS_AT_ONCE ? 0 : RUNS_A_MINUTE * instances));
  const stored = (accounts * ALERTS_A_DAY * KEPT_DAYS * STORED_BYTES_AN_ALERT) / GIB;
  const sent = (calls * VENUE_BYTES_A_RUN) / GIB;
  return {
    firestore: monthlyUsd(aDay),
    stored: over(stored, 1) * PLATFORM.usdPerStoredGib,
    run:
      over(seconds, PLATFORM.freeCpuSeconds) * PLATFORM.usdPerCpuSecond +
      over(seconds * MEMORY_GIB, PLATFORM.freeGibSeconds) * PLATFORM.usdPerGibSecond +
      over(calls / 1e6, PLATFORM.freeMillionRequests) * PLATFORM.usdPerMillionRequests,
    tasks: over(tasks / 1e6, PLATFORM.freeMillionTasks) * PLATFORM.usdPerMillionTasks,
    logs: over((calls * LOG_BYTES_A_CALL) / GIB, PLATFORM.freeLogGib) * PLATFORM.usdPerLogGib,
    nat: PLATFORM.usdPerNatMonth + sent * PLATFORM.usdPerNatGib,
  };
}

function over(used: number, free: number): number {
  return Math.max(0, used - free);
}
