// The documents that a new local stack begins with: its label, one paper account ready to trade, two hooks. They pass
// the same schemas as in production, so a seed that the functions would refuse fails here first.
import type { AccountConfig } from "../../functions/src/domain/config.ts";
import type { ControlState } from "../../functions/src/domain/control.ts";
import { paths } from "../../functions/src/domain/paths.ts";
import type { Hook } from "../../functions/src/domain/records.ts";
import { tokenSha256 } from "../../functions/src/domain/signal/hookToken.ts";
import { controlStateSchema } from "../../functions/src/schemas/books.ts";
import {
  accountConfigSchema,
  accountProfileSchema,
  environmentLabelSchema,
} from "../../functions/src/schemas/config.ts";
import { hookSchema } from "../../functions/src/schemas/records.ts";
import type { LocalSecrets } from "./secrets.ts";
import { ACCOUNT_ID, DIRECT_HOOK_ID, SIGNED_HOOK_ID } from "./settings.ts";

const MINUTE_MS = 60_000;
const STRATEGY_ID = "demo";
const ACTOR = "local stack";

/** Limits for play money: room for some pasted alerts, small enough that a runaway sender meets them. */
function accountConfig(nowMs: number): AccountConfig {
  return {
    version: 1,
    author: ACTOR,
    createdAtMs: nowMs,
    symbols: [
      "BTCUSDT",
      "ETHUSDT",
      "SOLUSDT",
      "BNBUSDT",
      "XRPUSDT",
      "DOGEUSDT",
      "ADAUSDT",
      "AVAXUSDT",
      "LINKUSDT",
      "LTCUSDT",
    ],
    strategies: {
      [STRATEGY_ID]: { strategyId: STRATEGY_ID, orderNotionalUsd: "500", entryRouting: "market" },
    },
    maxOpenGroups: 5,
    maxOrderNotionalUsd: "5000",
    maxSymbolExposureUsd: "20000",
    maxGrossExposureUsd: "50000",
    maxOrdersPerMinute: 60,
    // NAV comes once a minute; two may be missed before entries stop.
    maxNavAgeMs: 3 * MINUTE_MS,
    // An unchanged peak is dated anew every five minutes only.
    maxPeakAgeMs: 10 * MINUTE_MS,
    maxMarkAgeMs: 3 * MINUTE_MS,
    maxIntentAgeMs: 5 * MINUTE_MS,
    workingLimitMs: 2 * MINUTE_MS,
  };
}

function controlState(nowMs: number): ControlState {
  return {
    accountId: ACCOUNT_ID,
    lease: { holderId: null, fence: 0, expiresAtMs: 0 },
    tradingState: { state: "ACTIVE", actor: ACTOR, reason: "first start", atMs: nowMs },
    configVersion: 1,
    throttles: { orderSentAtMs: [], venueBannedUntilMs: 0 },
    slots: {},
    reservations: {},
    inbox: { storedCount: 0, takenCount: 0 },
    journalSeq: 0,
    updatedAtMs: nowMs,
  };
}

function hook(hookId: string, proof: Pick<Hook, "mode" | "tokenSha256">): Hook {
  return {
    hookId,
    accountId: ACCOUNT_ID,
    strategyId: STRATEGY_ID,
    ...proof,
    enabled: true,
    sourceAddresses: ["127.0.0.1", "::1"],
    maxSignalAgeMs: 5 * MINUTE_MS,
    maxRequestsPerMinute: 600,
  };
}

/** Document data by path. */
export function seedDocuments(secrets: LocalSecrets, nowMs: number): ReadonlyMap<string, object> {
  const config = accountConfigSchema.parse(accountConfig(nowMs));
  const direct = hook(DIRECT_HOOK_ID, { mode: "tradingview", tokenSha256: tokenSha256(secrets.hookToken) });
  const signed = hook(SIGNED_HOOK_ID, { mode: "signed", tokenSha256: null });
  const profile = { accountId: ACCOUNT_ID, name: "Main (paper)", venue: "binance-usdm", mode: "paper" };
  return new Map<string, object>([
    [paths.environment, environmentLabelSchema.parse({ name: "local" })],
    [paths.account(ACCOUNT_ID), accountProfileSchema.parse(profile)],
    [paths.config(ACCOUNT_ID), config],
    [paths.configVersion(ACCOUNT_ID, config.version), config],
    [paths.control(ACCOUNT_ID), controlStateSchema.parse(controlState(nowMs))],
    [paths.hook(DIRECT_HOOK_ID), hookSchema.parse(direct)],
    [paths.hook(SIGNED_HOOK_ID), hookSchema.parse(signed)],
  ]);
}
