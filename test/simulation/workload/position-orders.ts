// Positions that an operator touches: an entry with a plan, and commands on it from the screen's contents of their moment
// (a share closed, the stop moved, a ladder set, a leg cancelled), some of them twice, some on the wrong side of the market.
// Drawn from a stream of its own.
import type { CommandRequest } from "#domain/documents/command.ts";
import type { TakeProfitPlan } from "#domain/documents/exit-plan.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Overview } from "#domain/documents/views.ts";
import type { Random } from "../engine/random.ts";
import { presentData } from "../releases/next-release.ts";
import type { World } from "../world.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** A wish on one of the positions that the screen shows, by its place there. */
export interface PositionWish {
  readonly kind: "position";
  readonly choice: number;
  readonly wish:
    | { readonly kind: "close"; readonly shareBps: number }
    /** Distance from the average entry; a negative one is on the side of profit, mostly beyond the market. */
    | { readonly kind: "stop"; readonly percent: number }
    | { readonly kind: "ladder"; readonly levels: readonly (readonly [bps: number, shareBps: number])[] }
    | { readonly kind: "cancel"; readonly leg: "trailing" | "breakEven" | 0 | 1 };
}

const CHANCE = 0.3;
const SOONEST_MS = 1_000;
const LATEST_MS = 30_000;

export function drawPositionOrders(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(CHANCE)) return [];
  const account = random.pick(setup.accounts);
  const hook = random.pick(account.hooks);
  const { symbol } = random.pick(setup.symbols);
  const side = random.pick(["long", "short"] as const);
  const afterMs = random.int(FIRST_ITEM_MS, Math.max(FIRST_ITEM_MS, Math.round(setup.trialMs / 2)));
  const timenow = new Date(setup.startMs + afterMs).toISOString();
  const plan = {
    stopLossPct: random.pick(["1", "2"]),
    takeProfits: random.pick(["0.6%:40, 1.2%:60", "0.5%:50", "1R:50, 2R:50"]),
    ...(random.chance(0.5) ? { breakEvenAfter: "1" } : {}),
    ...(random.chance(0.3) ? { trailingPct: "0.5" } : {}),
  };
  const fields = { id: "touched", symbol, timenow, action: "open", side, ...plan };
  const alert = { key: "touched", hook, body: JSON.stringify(fields) };
  const items: Item[] = [{ afterMs, happening: { kind: "alert", alert } }];
  let atMs = afterMs;
  for (let place = random.int(1, 4); place > 0; place -= 1) {
    atMs += random.int(SOONEST_MS, LATEST_MS);
    const { accountId } = account.profile;
    const order: PositionWish = { kind: "position", choice: random.int(0, 2), wish: drawWish(random) };
    const repeated = random.chance(0.25);
    const key = `touch-${place}`;
    items.push({ afterMs: atMs, happening: { kind: "command", accountId, key, order, repeated } });
    if (random.chance(0.4)) {
      const percent = random.pick([-1.5, -0.7, 0.7, 1.5]);
      items.push({ afterMs: atMs + random.int(0, 4_000), happening: { kind: "jump", symbol, percent } });
    }
  }
  return items;
}

function drawWish(random: Random): PositionWish["wish"] {
  switch (random.int(0, 5)) {
    case 0:
    case 1:
      return { kind: "close", shareBps: random.pick([100, 2_500, 5_000, 9_900]) };
    case 2:
      return { kind: "close", shareBps: 10_000 };
    case 3:
      return { kind: "stop", percent: random.pick([0.3, 1, 3, -0.4]) };
    case 4:
      return {
        kind: "ladder",
        levels: random.pick([
          [],
          [[50, 5_000]],
          [
            [40, 2_500],
            [90, 2_500],
            [200, 5_000],
          ],
          [[-50, 5_000]],
        ] as const),
      };
    default:
      return { kind: "cancel", leg: random.pick(["trailing", "breakEven", 0, 1] as const) };
  }
}

/** Null when the screen shows no position. */
export function requestOnPosition(
  world: World,
  accountId: string,
  { choice, wish }: PositionWish,
): CommandRequest | null {
  const path = paths.overview(accountId);
  const data = world.store.dump()[path];
  const overview = data === undefined ? null : (presentData(path, data) as unknown as Overview);
  const shown = (overview?.groups ?? []).filter(({ averageEntryUsd }) => averageEntryUsd !== null);
  const group = shown[choice % Math.max(1, shown.length)];
  if (group === undefined) return null;
  const { groupId, side, averageEntryUsd } = group;
  const atUsd = (bps: number): string =>
    (Number(averageEntryUsd) * (1 + ((side === "long" ? 1 : -1) * bps) / 10_000)).toFixed(4);
  switch (wish.kind) {
    case "close":
      return { kind: "close_position", groupId, shareBps: wish.shareBps };
    case "stop":
      return { kind: "move_stop", groupId, stop: { kind: "priceUsd", priceUsd: atUsd(-100 * wish.percent) } };
    case "ladder": {
      const takeProfits = wish.levels.map(
        ([bps, shareBps]): TakeProfitPlan => ({
          level: { kind: "priceUsd", priceUsd: atUsd(bps) },
          shareBps,
        }),
      );
      return { kind: "set_take_profits", groupId, takeProfits };
    }
    case "cancel":
      return {
        kind: "cancel_exit",
        groupId,
        leg: typeof wish.leg === "number" ? { kind: "takeProfit", level: wish.leg } : { kind: wish.leg },
      };
  }
}
