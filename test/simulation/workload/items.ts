// The things that happen to a run from outside, as a list in the order of their times. A failing run is made shorter by
// cutting this list, so an item must not depend on the ones before it.

import type { TradingState } from "#domain/documents/control.ts";
import type { Regime } from "#local/exchange/engine/regimes.ts";
import type { Random } from "../engine/random.ts";
import type { SimAlert } from "../platform/front.ts";
import type { ScheduleName } from "../platform/schedules.ts";
import { drawAlerts } from "./alerts.ts";
import { orderFor, type SimOrder } from "./commands.ts";
import type { Crowd } from "./crowds.ts";
import type { Endpoint, EndpointFault } from "./endpoints.ts";
import type { HandSetting, HandSymbol } from "./hand-settings.ts";
import type { Incident } from "./incidents.ts";
import type { OutsideAct } from "./outside.ts";
import type { RunSetup } from "./setup.ts";
import type { MadeUnreadable } from "./unreadable.ts";
import type { ValuationHappening } from "./valuation.ts";

export type Happening =
  | { readonly kind: "alert"; readonly alert: SimAlert }
  | { readonly kind: "tradingState"; readonly accountId: string; readonly state: TradingState }
  | {
      readonly kind: "command";
      readonly accountId: string;
      readonly key: string;
      readonly order: SimOrder;
      /** Posted twice at once. */
      readonly repeated: boolean;
    }
  | { readonly kind: "config"; readonly accountId: string; readonly change: ConfigChange }
  | { readonly kind: "regime"; readonly regime: Regime }
  | { readonly kind: "jump"; readonly symbol: string; readonly percent: number }
  | {
      readonly kind: "tradeByHand";
      readonly accountId: string;
      readonly symbol: string;
      readonly side: "BUY" | "SELL";
      readonly notionalUsd: number;
    }
  | { readonly kind: "pauseInstance"; readonly pauseMs: number; readonly choice: number }
  | { readonly kind: "killInstances" }
  | { readonly kind: "frozenMarket"; readonly durationMs: number }
  /** The venue takes orders, and its answers to them do not arrive. */
  | { readonly kind: "answersLost"; readonly durationMs: number }
  | {
      readonly kind: "venueDown";
      readonly durationMs: number;
      /** Whether the venue still acts on what it does not answer. */
      readonly acts: boolean;
    }
  | {
      readonly kind: "endpoints";
      readonly endpoints: readonly Endpoint[];
      readonly fault: EndpointFault;
      readonly durationMs: number;
    }
  | { readonly kind: "venueClock"; readonly skewMs: number; readonly durationMs: number }
  /** The venue answers nothing but that we are banned. */
  | { readonly kind: "ban"; readonly seconds: number }
  | { readonly kind: "outage"; readonly schedule: ScheduleName; readonly durationMs: number }
  | { readonly kind: "brokenDocument"; readonly accountId: string; readonly which: BreakableDocument }
  | { readonly kind: "universe" }
  | { readonly kind: "flatten"; readonly accountId: string }
  /** Money that comes, or goes where the amount is negative, as far as it is available. */
  | { readonly kind: "transfer"; readonly accountId: string; readonly amountUsd: number }
  /** A person edits `config/current`: into unreadable data, or into a version that no command activated. */
  | { readonly kind: "configByHand"; readonly accountId: string; readonly how: "broken" | "foreign" }
  /** Two schedules fall silent at once: half of what the watchdog listens to. */
  | { readonly kind: "silence"; readonly durationMs: number }
  | { readonly kind: "deaf"; readonly deaf: Deaf; readonly durationMs: number }
  | ValuationHappening
  | HandSetting
  | HandSymbol
  | { readonly kind: "strayMessage"; readonly payload: unknown }
  | OutsideAct
  | MadeUnreadable
  | Incident
  | Crowd
  | { readonly kind: "oddRow"; readonly row: OddRow; readonly durationMs: number };

/** One field of one row of a list of the venue. */
export interface OddRow {
  /** Path of the list. */
  readonly list: string;
  readonly subject: string;
  readonly field: string;
  readonly value: string | null;
}

export type BreakableDocument = "nav" | "peak" | "universe";
/** Receivers that fail for a while: documents for people, notifications, messages. */
export type Deaf = "people" | "notifier" | "bus";
export type ConfigChange = "tighter" | "looser" | "fewerSymbols" | "allSymbols";

export interface Item {
  /** Since the start of the run. */
  readonly afterMs: number;
  readonly happening: Happening;
}

/** Nothing happens before this: the first schedules must have filled the books. */
export const FIRST_ITEM_MS = 4_000;
/** How long an intent is usually under way: what falls into it meets it between two of its steps. */
const UNDER_WAY_MS = 180;

export function drawItems(random: Random, setup: RunSetup): readonly Item[] {
  const alerts = drawAlerts(random, setup, FIRST_ITEM_MS);
  const items: Item[] = [...alerts];
  const others = Math.round(random.skewed(0, 8));
  for (let other = 0; other < others; other += 1) {
    const near = random.pick(alerts).afterMs + random.int(0, UNDER_WAY_MS);
    const anywhere = random.int(FIRST_ITEM_MS, setup.trialMs);
    items.push({
      afterMs: random.chance(0.5) ? near : anywhere,
      happening: drawOther(random, setup, `other-${other}`),
    });
  }
  // Faults end with the trial: what fell behind its end falls on it.
  return items
    .map((item) => ({ ...item, afterMs: Math.min(item.afterMs, setup.trialMs) }))
    .toSorted((a, b) => a.afterMs - b.afterMs);
}

function drawOther(random: Random, setup: RunSetup, key: string): Happening {
  const { accountId } = random.pick(setup.accounts).profile;
  const { symbol } = random.pick(setup.symbols);
  switch (random.int(0, 16)) {
    case 0:
    case 1:
      return {
        kind: "command",
        accountId,
        key,
        order: orderFor(random.pick(["ACTIVE", "REDUCING", "HALTED"])),
        repeated: false,
      };
    case 2:
    case 3:
      return {
        kind: "command",
        accountId,
        key,
        order: { kind: "config", change: random.pick(["tighter", "looser", "fewerSymbols", "allSymbols"]) },
        repeated: false,
      };
    case 4:
      return { kind: "regime", regime: random.pick(["calm", "trend", "volatile", "crash"]) };
    case 5:
      return { kind: "jump", symbol, percent: random.pick([-25, -8, -2, 2, 8, 25]) };
    case 6: {
      const side = random.pick(["BUY", "SELL"] as const);
      return { kind: "tradeByHand", accountId, symbol, side, notionalUsd: random.int(120, 900) };
    }
    case 7:
    case 8:
      return { kind: "pauseInstance", pauseMs: random.int(5_000, 70_000), choice: random.next() };
    case 9:
      return { kind: "killInstances" };
    case 10:
      return { kind: "frozenMarket", durationMs: random.int(20_000, 200_000) };
    case 11:
      return { kind: "venueClock", skewMs: random.int(-6_000, 6_000), durationMs: random.int(5_000, 60_000) };
    case 12:
      return {
        kind: "outage",
        schedule: random.pick(["nav", "reconcile"]),
        durationMs: random.int(60_000, 240_000),
      };
    case 13:
      return random.chance(0.5)
        ? { kind: "brokenDocument", accountId, which: random.pick(["nav", "peak", "universe"]) }
        : { kind: "universe" };
    case 14:
    case 15:
      return { kind: "venueDown", durationMs: random.int(2_000, 100_000), acts: random.chance(0.7) };
    default:
      return {
        kind: "strayMessage",
        payload: random.pick([{ unparsed: "%%%" }, { intent: { a: 1 } }, null]),
      };
  }
}
