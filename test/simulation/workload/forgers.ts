// Strangers who send alerts in bursts: to ids that they make up, and to real hooks with a proof that they make up. Drawn
// from a stream of their own: a seed's other items stay as they were.

import type { Random } from "../engine/random.ts";
import type { SimAlert, SimHook } from "../platform/front.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** Token and signing secret of every forger, as valid in form as a real one. */
export const FORGED_SECRET = Buffer.from("what a forger makes up, 32 bytes").toString("base64url");
/** Opens the name of every forged alert, so that it is found wherever it is kept. */
export const FORGED = "forged-";
const MOST_AT_ONCE = 40;
const BURST_MS = 1_000;

export function drawForgers(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.3)) return [];
  const atMs = random.int(FIRST_ITEM_MS, setup.trialMs - BURST_MS);
  const account = random.pick(setup.accounts);
  const { symbol } = random.pick(setup.symbols);
  return Array.from({ length: random.int(5, MOST_AT_ONCE) }, (_, index) => {
    const real = random.pick(account.hooks);
    const hookId = random.chance(0.6) ? `made-up-${random.int(0, 1_000_000)}` : real.hookId;
    const hook: SimHook = { ...real, hookId, secret: FORGED_SECRET };
    const afterMs = atMs + random.int(0, BURST_MS);
    const fields = { id: `${FORGED}${index}`, symbol, action: "buy" };
    const alert: SimAlert = { key: `${FORGED}${index}`, hook, body: JSON.stringify(fields) };
    return { afterMs, happening: { kind: "alert", alert } } as const;
  });
}
