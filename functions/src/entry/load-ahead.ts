// Begins to load, while Google's framework still makes itself ready, the part of the code that this instance's function
// needs at its first call. An instance serves one function, so the others' parts are never loaded. Must not be
// awaited at the top of a module: Firebase's emulator loads the deployed files by `require`.
import { servedFunction } from "../config.ts";
import { loadVenues } from "../wiring.ts";
import type { FUNCTIONS } from "./options.ts";

/** Whether a function speaks with venues at nearly every call. */
const TRADES: Readonly<Record<keyof typeof FUNCTIONS, boolean>> = {
  webhook: false,
  commands: false,
  commandExecutor: false,
  executor: true,
  followUp: true,
  watchdog: true,
  accountBatch: true,
  watchdogBatch: true,
  outbox: false,
  navEveryMinute: true,
  reconcileEveryMinute: true,
  watchdogEveryMinute: true,
  telemetryEveryFiveMinutes: false,
  universeHourly: true,
};

const target = servedFunction();
if (target !== null && Object.hasOwn(TRADES, target) && TRADES[target as keyof typeof TRADES])
  // A failure ends the process before it takes work, as that of an import at the top would.
  void loadVenues();
