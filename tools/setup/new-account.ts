// The documents of a new account and of a new hook. Each passes its schema before it is written anywhere, so a document
// that the functions would refuse is never stored.
import type { AccountProfile } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import { newControlState, operatorLatch } from "#domain/documents/new-control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import { tokenSha256 } from "#domain/signal/hook-token.ts";
import type { DocumentData, DocumentWrite } from "#ports/documents.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { accountConfigSchema, accountProfileSchema } from "#schemas/config.ts";
import { hookSchema } from "#schemas/records.ts";
import type { Target } from "#tools/target/target.ts";

/** https://www.tradingview.com/support/solutions/43000529348: the addresses that TradingView's alerts come from. */
const TRADINGVIEW_ADDRESSES = ["52.89.214.238", "34.212.75.30", "54.218.53.128", "52.32.178.7"];
const LOCAL_ADDRESSES = ["127.0.0.1", "::1"];
const MINUTE_MS = 60_000;
/** TradingView sends within seconds; an alert that is minutes old is about another market. */
const MAX_SIGNAL_AGE_MS = 5 * MINUTE_MS;
/** TradingView stops an alert that fires more than 15 times in three minutes; a hook may serve several. */
const MAX_REQUESTS_PER_MINUTE = 60;

/** Of one batch: an account is there as a whole or not at all. */
export function accountWrites(
  profile: AccountProfile,
  config: AccountConfig,
  actor: string,
  nowMs: number,
): readonly DocumentWrite[] {
  const { accountId } = profile;
  const latch = operatorLatch("ACTIVE", actor, "account created", nowMs);
  const control = newControlState(accountId, config.version, latch, nowMs);
  const documents: readonly (readonly [string, object])[] = [
    [paths.account(accountId), accountProfileSchema.parse(profile)],
    [paths.config(accountId), accountConfigSchema.parse(config)],
    [paths.configVersion(accountId, config.version), accountConfigSchema.parse(config)],
    [paths.control(accountId), controlStateSchema.parse(control)],
  ];
  return [
    ...documents.map(([path, data]) => ({ op: "create" as const, path, data: data as DocumentData })),
    accountsMarkWrite(nowMs),
  ];
}

/** Every schedule reads the list of accounts anew in its next minute. */
export function accountsMarkWrite(changedAtMs: number): DocumentWrite {
  return { op: "set", path: paths.accountsMark, data: { changedAtMs } };
}

/** Addresses that a hook with a token takes alerts from, unless it is told others. */
export function usualAddresses({ localPorts }: Target): readonly string[] {
  return localPorts === null ? TRADINGVIEW_ADDRESSES : LOCAL_ADDRESSES;
}

export interface HookAnswers {
  readonly hookId: string;
  readonly accountId: string;
  readonly strategyId: string;
  /** Null: the sender signs. */
  readonly token: string | null;
  readonly sourceAddresses: readonly string[];
}

/** Throws ZodError. */
export function newHook({ hookId, accountId, strategyId, token, sourceAddresses }: HookAnswers): Hook {
  return hookSchema.parse({
    hookId,
    accountId,
    strategyId,
    mode: token === null ? "signed" : "tradingview",
    tokenSha256: token === null ? null : tokenSha256(token),
    enabled: true,
    sourceAddresses: [...sourceAddresses],
    maxSignalAgeMs: MAX_SIGNAL_AGE_MS,
    maxRequestsPerMinute: MAX_REQUESTS_PER_MINUTE,
  });
}

export function hookWrite(hook: Hook): DocumentWrite {
  return { op: "create", path: paths.hook(hook.hookId), data: { ...hook } };
}
