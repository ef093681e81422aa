// Incidents of the venue, drawn from a stream of their own: one read endpoint lags or stands still for up to minutes, the
// whole account is refused, ended orders are forgotten, orders rest that no book knows.
import type { Random } from "../engine/random.ts";
import { IDS_TAKEN, idTakenByHand } from "../in-our-name.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** Every read endpoint of an account on its own. */
const READ_ENDPOINTS = [
  "/fapi/v1/order",
  "/fapi/v1/algoOrder",
  "/fapi/v1/openOrders",
  "/fapi/v1/openAlgoOrders",
  "/fapi/v1/userTrades",
  "/fapi/v3/positionRisk",
] as const;
type ReadEndpoint = (typeof READ_ENDPOINTS)[number];

/** Reported: half a minute (python-binance 690), minutes (node-binance-api 581), hours (Binance.Net 592). */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 600_000;

export type Incident =
  | {
      readonly kind: "readIncident";
      readonly endpoint: ReadEndpoint;
      readonly lagMs: number;
      readonly durationMs: number;
    }
  /** The venue refuses every order of every account: a key, a mode, a region. */
  | { readonly kind: "accountRefused"; readonly code: number; readonly durationMs: number }
  /** The account's resting orders are cancelled there, and forgotten as days later. */
  | { readonly kind: "purged"; readonly accountId: string }
  /** An order that is in no book. */
  | {
      readonly kind: "restsByHand";
      readonly accountId: string;
      readonly symbol: string;
      readonly id: string;
    };

const ACCOUNT_CODES = [-4061, -2015, -4088] as const;

export function drawIncidents(random: Random, setup: RunSetup): readonly Item[] {
  const items: Item[] = [];
  const at = (happening: Incident): void => {
    items.push({ afterMs: random.int(FIRST_ITEM_MS, setup.trialMs), happening });
  };
  // An account that may not trade asks its venue nothing, so nothing of it could be noticed.
  const { accountId } = random.pick(setup.accounts.filter(({ profile }) => profile.mode === "paper")).profile;
  if (random.chance(0.35)) {
    const endpoint = random.chance(0.4) ? READ_ENDPOINTS[0] : random.pick(READ_ENDPOINTS);
    const lagMs = Math.round(random.skewed(SHORTEST_MS, LONGEST_MS));
    at({ kind: "readIncident", endpoint, lagMs, durationMs: random.int(SHORTEST_MS, LONGEST_MS) });
  }
  if (random.chance(0.06))
    at({ kind: "accountRefused", code: random.pick(ACCOUNT_CODES), durationMs: random.int(2_000, 60_000) });
  if (random.chance(0.08)) at({ kind: "purged", accountId });
  if (random.chance(0.1)) {
    const isOurs = random.chance(0.5);
    const id = isOurs ? idTakenByHand(accountId, random.int(1, IDS_TAKEN)) : "by-hand";
    at({ kind: "restsByHand", accountId, symbol: random.pick(setup.symbols).symbol, id });
  }
  return items;
}
