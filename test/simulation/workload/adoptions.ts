// Positions that a hand opened and an operator adopts, with a plan or without, at the quantity that the venue's own screen
// shows or at another. Drawn from a stream of its own.
import type { CommandRequest } from "#domain/documents/command.ts";
import type { ExitPlan } from "#domain/documents/exit-plan.ts";
import type { Random } from "../engine/random.ts";
import type { World } from "../world.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

export interface AdoptionWish {
  readonly kind: "adopt";
  readonly symbol: string;
  /** The quantity that is said over the one that is held. */
  readonly saidShare: number;
  readonly hasPlan: boolean;
}

const CHANCE = 0.2;
const PLAN: ExitPlan = {
  stop: { kind: "bps", bps: 200 },
  takeProfits: [
    { level: { kind: "bps", bps: 60 }, shareBps: 4_000 },
    { level: { kind: "bps", bps: 150 }, shareBps: 6_000 },
  ],
  breakEvenAfter: 1,
  trailing: null,
  timeLimitMs: null,
};

export function drawAdoptions(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(CHANCE)) return [];
  const { accountId } = random.pick(setup.accounts).profile;
  const { symbol } = random.pick(setup.symbols);
  const side = random.pick(["BUY", "SELL"] as const);
  const atMs = random.int(FIRST_ITEM_MS, Math.max(FIRST_ITEM_MS, Math.round(setup.trialMs / 2)));
  const notionalUsd = random.pick([300, 800, 2_000]);
  const byHand = { kind: "tradeByHand", accountId, symbol, side, notionalUsd } as const;
  const items: Item[] = [{ afterMs: atMs, happening: byHand }];
  // Twice, where the first came too soon after the trade, or its answer was lost.
  for (const place of [0, 1]) {
    const order: AdoptionWish = {
      kind: "adopt",
      symbol,
      saidShare: random.pick([1, 1, 1, 0.5]),
      hasPlan: random.chance(0.6),
    };
    const afterMs = atMs + random.int(4_000, 20_000) * (place + 1);
    const repeated = random.chance(0.25);
    const key = `adopt-${place}`;
    items.push({ afterMs, happening: { kind: "command", accountId, key, order, repeated } });
  }
  if (random.chance(0.5))
    items.push({
      afterMs: atMs + 45_000,
      happening: { kind: "jump", symbol, percent: random.pick([-2.5, -0.8, 0.8, 2.5]) },
    });
  return items;
}

/** From the venue's own screen; null where that shows no position in the symbol. */
export function requestToAdopt(
  world: World,
  accountId: string,
  { symbol, saidShare, hasPlan }: AdoptionWish,
): CommandRequest | null {
  const { state, specs } = world.exchange.engine;
  const lots = state.accounts.get(accountId)?.positions.get(symbol)?.lots ?? 0;
  const said = Math.max(1, Math.round(Math.abs(lots) * saidShare));
  const qtyBase = String(Number((said * (specs.get(symbol)?.lotBase ?? 0)).toFixed(8)));
  if (lots === 0 || qtyBase === "0") return null;
  return {
    kind: "adopt_position",
    symbol,
    side: lots > 0 ? "long" : "short",
    qtyBase,
    plan: hasPlan ? PLAN : null,
  };
}
