// Runs a schedule's work for every account, each on its own: one account's fault must not keep another from its NAV.
// All faults are thrown together at the end, so that the schedule shows as failed.
import type { AccountProfile } from "../domain/account.ts";
import { type ListKeeper, readsAccounts } from "../domain/navCadence.ts";
import type { Clock } from "../ports/clock.ts";
import type { DocumentPort } from "../ports/documents.ts";
import { accountProfileSchema } from "../schemas/config.ts";
import { decodeRequired } from "./codec.ts";

/** A project with more accounts than this needs fan-out; refusing is better than leaving some out. */
const MAX_ACCOUNTS = 500;
/** Should its minute be missed, the list is read again after this: a new account is picked up within it. */
const LIST_LIMIT_MS = 21 * 60_000;
/** A list read this recently is not read again in the same minute. */
const LIST_FRESH_MS = 60_000;

export interface AccountList {
  profiles: readonly AccountProfile[];
  loadedAtMs: number;
}

export interface AccountListDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly accountList: AccountList;
}

/** The list as of now, or as its keeper last read it. */
export async function listAccounts(
  deps: AccountListDeps,
  keeper: ListKeeper | null,
): Promise<readonly AccountProfile[]> {
  const nowMs = deps.clock.nowMs();
  const { accountList } = deps;
  const ageMs = nowMs - accountList.loadedAtMs;
  const due =
    keeper === null || ageMs > LIST_LIMIT_MS || (readsAccounts(keeper, nowMs) && ageMs >= LIST_FRESH_MS);
  if (accountList.profiles.length > 0 && !due) return accountList.profiles;
  const snapshots = await deps.documents.query({ collection: "accounts", limit: MAX_ACCOUNTS + 1 });
  if (snapshots.length > MAX_ACCOUNTS) throw new Error(`More than ${MAX_ACCOUNTS} accounts in one project`);
  accountList.profiles = snapshots.map((snapshot) => decodeRequired(accountProfileSchema, snapshot));
  accountList.loadedAtMs = nowMs;
  return accountList.profiles;
}

export async function forEachAccount(
  deps: AccountListDeps,
  keeper: ListKeeper,
  work: (profile: AccountProfile) => Promise<void>,
): Promise<void> {
  const profiles = await listAccounts(deps, keeper);
  const results = await Promise.allSettled(profiles.map((profile) => work(profile)));
  const faults = results.flatMap((result, index) =>
    result.status === "rejected"
      ? [new Error(`Account ${profiles[index]?.accountId}`, { cause: result.reason })]
      : [],
  );
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} of ${profiles.length} accounts failed`);
}
