// The documents that a new local stack begins with: its label, one paper account ready to trade, two hooks. They pass
// the same schemas as in production, so a seed that the functions would refuse fails here first.

import type { ControlState } from "#domain/documents/control.ts";
import { newControlState, operatorLatch } from "#domain/documents/new-control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import { tokenSha256 } from "#domain/signal/hook-token.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { accountConfigSchema, accountProfileSchema, environmentLabelSchema } from "#schemas/config.ts";
import { hookSchema } from "#schemas/records.ts";
import type { LocalSecrets } from "./secrets.ts";
import { seedConfig } from "./seed-config.ts";
import { ACCOUNT_ID, DIRECT_HOOK_ID, SIGNED_HOOK_ID } from "./settings.ts";

const MINUTE_MS = 60_000;
const STRATEGY_ID = "demo";
const ACTOR = "local stack";
function controlState(nowMs: number): ControlState {
  return newControlState(ACCOUNT_ID, 1, operatorLatch("ACTIVE", ACTOR, "first start", nowMs), nowMs);
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
  const config = accountConfigSchema.parse(seedConfig(ACTOR, STRATEGY_ID, nowMs));
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
