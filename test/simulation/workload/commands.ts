// The orders of operators in a run, as items of its workload, and how an order becomes the request that is
// posted.
import type { CommandRequest } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, TradingState } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Random } from "../engine/random.ts";
import { presentData } from "../releases/next-release.ts";
import type { World } from "../world.ts";
import { type AdoptionWish, requestToAdopt } from "./adoptions.ts";
import { type ConfigChange, FIRST_ITEM_MS, type Item } from "./items.ts";
import { changedConfig } from "./operator.ts";
import { type PositionWish, requestOnPosition } from "./position-orders.ts";
import type { RunSetup } from "./setup.ts";

export type SimOrder =
  | { readonly kind: "stop" | "pause" | "resume" | "flatten" | "clearCooldowns" | "acknowledge" }
  | { readonly kind: "previewOffset" | "startOffset" }
  /** The first critical alert that the screen shows as open. */
  | { readonly kind: "acknowledgeCritical" }
  /** A session with its end so far ahead, and its stop-loss at this share of NAV; null: without. */
  | { readonly kind: "start"; readonly horizonInMs: number | null; readonly stopLossOfNav: number | null }
  /** One of the entries that the screen shows in the queue, by its place there. */
  | { readonly kind: "dropQueued" | "preferQueued"; readonly choice: number }
  | PositionWish
  | AdoptionWish
  | { readonly kind: "config"; readonly change: ConfigChange }
  /** A session's stop-loss at this share of NAV. */
  | { readonly kind: "stopLoss"; readonly ofNav: number }
  | { readonly kind: "horizon"; readonly inMs: number };

const LATCHES: Readonly<Record<TradingState, SimOrder["kind"] & ("stop" | "pause" | "resume")>> = {
  ACTIVE: "resume",
  REDUCING: "pause",
  HALTED: "stop",
};

/** The order that asks for a trading state. */
export function orderFor(state: TradingState): SimOrder {
  return { kind: LATCHES[state] };
}

/** Further orders, drawn apart from the other items: those stay what they were. */
export function drawOrders(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.4)) return [];
  return Array.from({ length: random.int(1, 5) }, (_, place): Item => {
    const { accountId } = random.pick(setup.accounts).profile;
    const afterMs = random.int(FIRST_ITEM_MS, setup.trialMs);
    const repeated = random.chance(0.25);
    const happening = {
      kind: "command",
      accountId,
      key: `order-${place}`,
      order: drawOrder(random),
      repeated,
    } as const;
    return { afterMs, happening };
  });
}

function drawOrder(random: Random): SimOrder {
  switch (random.int(0, 8)) {
    case 0:
    case 1:
      return {
        kind: "start",
        horizonInMs: random.pick([null, null, 61_000, 100_000]),
        stopLossOfNav: random.pick([null, 0.9999, 0.999, 0.98]),
      };
    case 2:
      return { kind: random.pick(["stop", "pause"]) };
    case 3:
    case 4:
      return { kind: "resume" };
    case 5:
      return { kind: "clearCooldowns" };
    case 6:
      return { kind: "acknowledge" };
    case 7:
      // Most of them on the wrong side of what the account may come to: refused.
      return { kind: "stopLoss", ofNav: random.pick([0.8, 0.9995, 1.2]) };
    default:
      return { kind: "horizon", inMs: random.pick([-1_000, 65_000, 3_600_000]) };
  }
}

/**
 * The request, made from the screen's contents at this moment; null when the screen has nothing to act on.
 */
export function requestFor(world: World, accountId: string, order: SimOrder): CommandRequest | null {
  const documents = world.store.dump();
  const read = <T>(path: string): T | null => {
    const data = documents[path];
    return data === undefined ? null : (presentData(path, data) as T);
  };
  switch (order.kind) {
    case "start":
      return {
        kind: "start",
        horizonAtMs: order.horizonInMs === null ? null : world.queue.nowMs + order.horizonInMs,
        stopLossNavUsd:
          order.stopLossOfNav === null
            ? null
            : shareOfNav(read<Nav>(paths.nav(accountId)), order.stopLossOfNav),
      };
    case "previewOffset":
      return { kind: "preview_offset" };
    case "startOffset":
      return { kind: "start_offset" };
    case "clearCooldowns":
      return { kind: "clear_cooldown", symbol: null };
    case "acknowledge":
    case "acknowledgeCritical": {
      const isAny = order.kind === "acknowledge";
      const found = Object.entries(documents).find(
        ([path, { severity, acknowledgedAtMs }]) =>
          path.startsWith(`${paths.alerts(accountId)}/`) &&
          (isAny || (severity === "critical" && acknowledgedAtMs === null)),
      );
      return found === undefined
        ? null
        : { kind: "ack_alert", alertId: found[0].slice(found[0].lastIndexOf("/") + 1) };
    }
    case "config": {
      const control = read<ControlState>(paths.control(accountId));
      const config = read<AccountConfig>(paths.config(accountId));
      // An operator writes a new config only on top of a readable one.
      if (control === null || config?.symbols === undefined) return null;
      return {
        kind: "set_config",
        baseVersion: control.configVersion,
        config: changedConfig(config, order.change),
      };
    }
    case "dropQueued":
    case "preferQueued":
      return requestOnQueue(read<ControlState>(paths.control(accountId))?.queue ?? [], order);
    case "adopt":
      return requestToAdopt(world, accountId, order);
    case "position":
      return requestOnPosition(world, accountId, order);
    case "stopLoss": {
      const stopLossNavUsd = shareOfNav(read<Nav>(paths.nav(accountId)), order.ofNav);
      return stopLossNavUsd === null ? null : { kind: "set_stoploss", stopLossNavUsd };
    }
    case "horizon":
      return { kind: "set_horizon", horizonAtMs: world.queue.nowMs + order.inMs };
    default:
      return { kind: order.kind };
  }
}

/** Null when the screen shows an empty queue. */
function requestOnQueue(
  queue: ControlState["queue"],
  { kind, choice }: Extract<SimOrder, { kind: "dropQueued" | "preferQueued" }>,
): CommandRequest | null {
  const intentId = queue[choice % Math.max(1, queue.length)]?.intentId;
  if (intentId === undefined) return null;
  return { kind: kind === "dropQueued" ? "drop_queued" : "promote_queued", intentId };
}

/** Null when the screen shows no NAV. */
function shareOfNav(nav: Nav | null, share: number): string | null {
  const navUsd = nav?.navUsd ?? null;
  return navUsd === null ? null : (Number(navUsd) * share).toFixed(2);
}
