// Runs a schedule's work for every account, each on its own: one account's fault, also that of its profile, must not keep
// another from its NAV. A few are served by the run itself, more by tasks. All faults are thrown together at the end, so
// that the schedule shows as failed.

import { decodeRequired, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import type { AlertDeps } from "#app/telling";
import { tellKeyless, tellNewer, tellUnusable } from "#app/telling";
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import { type ListKeeper, readsAccounts } from "#domain/nav/nav-cadence.ts";
import type { DocumentSnapshot } from "#ports/documents.ts";
import { MissingSecretError } from "#ports/secrets.ts";
import { accountProfileSchema } from "#schemas/config.ts";
import { MAX_ACCOUNTS_AT_ONCE } from "#schemas/records.ts";
import { type AccountsMark, readAccountsMark } from "./list-mark.ts";
import { type FanOutDeps, planBatches } from "./plan-batches.ts";

/** Accounts of one page of the list. */
const PAGE = 500;
/** More accounts than this need several projects (docs/cost.md); refusing is better than leaving some out. */
const MAX_ACCOUNTS = 20_000;
/** Should its minute be missed, the list is read again after this: a new account is picked up within it. */
const LIST_LIMIT_MS = 21 * 60_000;
/** A list read this recently is not read again in the same minute. */
const LIST_FRESH_MS = 60_000;
/** A schedule comes every minute, some seconds early or late; a task between them trusts what it saw. */
const MARK_FRESH_MS = 50_000;
/** Causes that a failed run names: the first tell what is wrong, and a log line has an end. */
const NAMED_FAULTS = 5;

export interface AccountList {
  profiles: readonly AccountProfile[];
  loadedAtMs: number;
  /** The mark of the list as it was before the list was read, and when it was last looked at. */
  changedAtMs: number | null;
  markSeenAtMs: number;
}

export interface AccountListDeps extends AlertDeps {
  readonly accountList: AccountList;
  /** Told of each reading of the mark. */
  readonly onAccountsMark: (mark: AccountsMark) => void;
}

/** The list as of now, or as its keeper last read it. An account whose profile is unusable is not on it, with an alert. */
export async function listAccounts(
  deps: AccountListDeps,
  keeper: ListKeeper | null,
): Promise<readonly AccountProfile[]> {
  return (await listed(deps, keeper)).profiles;
}

interface Listed {
  readonly profiles: readonly AccountProfile[];
  readonly faults: readonly Error[];
}

async function listed(deps: AccountListDeps, keeper: ListKeeper | null): Promise<Listed> {
  const nowMs = deps.clock.nowMs();
  const { accountList } = deps;
  const ageMs = nowMs - accountList.loadedAtMs;
  const due =
    keeper === null || ageMs > LIST_LIMIT_MS || (readsAccounts(keeper, nowMs) && ageMs >= LIST_FRESH_MS);
  const hasChanged = keeper !== null && (await seesChange(deps, nowMs));
  if (accountList.profiles.length > 0 && !due && !hasChanged)
    return { profiles: accountList.profiles, faults: [] };
  const seenMs = accountList.changedAtMs;
  const snapshots = await allAccounts(deps);
  const read = await Promise.all(snapshots.map((snapshot) => profileOf(deps, snapshot)));
  const faults = read.filter((each) => each instanceof Error);
  const profiles = read.flatMap((each) => (each instanceof Error ? [] : [each]));
  // A slow reading must not replace a later one: an account that is new in it would be gone from the list again.
  if (accountList.loadedAtMs <= nowMs) {
    accountList.profiles = profiles;
    // A list that lacks somebody is read again at once, until it is whole. Another reading may have seen a change meanwhile, and
    // failed: this one began before it.
    const isWhole = faults.length === 0 && accountList.changedAtMs === seenMs;
    accountList.loadedAtMs = isWhole ? nowMs : 0;
  }
  return { profiles, faults };
}

/** Looks at the mark before the list is read: a change in between is seen by the next look. */
async function seesChange(
  { documents, accountList, onAccountsMark }: AccountListDeps,
  nowMs: number,
): Promise<boolean> {
  if (nowMs - accountList.markSeenAtMs < MARK_FRESH_MS) return false;
  const { mark } = await readAccountsMark(documents);
  if (mark !== null && mark !== "unreadable") onAccountsMark(mark);
  const changedAtMs = mark === "unreadable" ? mark : (mark?.changedAtMs ?? null);
  const hasChanged = changedAtMs === "unreadable" || changedAtMs !== accountList.changedAtMs;
  if (changedAtMs !== "unreadable") accountList.changedAtMs = changedAtMs;
  accountList.markSeenAtMs = nowMs;
  // Until the list was read whole, it counts as changed.
  if (hasChanged) accountList.loadedAtMs = 0;
  return hasChanged;
}

/** For work on accounts that a task names: a change of the list is left to the list's next reader. */
export async function noticeMark(deps: AccountListDeps): Promise<void> {
  await seesChange(deps, deps.clock.nowMs());
}

async function allAccounts({ documents }: AccountListDeps): Promise<readonly DocumentSnapshot[]> {
  const found: DocumentSnapshot[] = [];
  for (;;) {
    const after = found.at(-1)?.path;
    const page = { collection: "accounts", limit: PAGE, ...(after === undefined ? {} : { after }) };
    const snapshots = await documents.query(page);
    found.push(...snapshots);
    if (found.length > MAX_ACCOUNTS) throw new Error(`More than ${MAX_ACCOUNTS} accounts in one project`);
    if (snapshots.length < PAGE) return found;
  }
}

/** One account's profile: from the list where it is young, else read. Null where there is none that can be used. */
export async function profileNamed(deps: AccountListDeps, accountId: string): Promise<AccountProfile | null> {
  const { profiles, loadedAtMs } = deps.accountList;
  const isYoung = deps.clock.nowMs() - loadedAtMs <= LIST_LIMIT_MS;
  const known = isYoung ? profiles.find((each) => each.accountId === accountId) : undefined;
  if (known !== undefined) return known;
  const [snapshot] = await deps.documents.getAll([paths.account(accountId)]);
  if (snapshot === undefined) throw new Error("The store answered without the account");
  if (snapshot.data === null) return null;
  const profile = await profileOf(deps, snapshot);
  return profile instanceof Error ? null : profile;
}

async function profileOf(
  deps: AccountListDeps,
  snapshot: DocumentSnapshot,
): Promise<AccountProfile | DocumentFault> {
  try {
    return decodeRequired(accountProfileSchema, snapshot);
  } catch (error) {
    if (!isOfDocument(error)) throw error;
    await tell(deps, snapshot.path.slice(snapshot.path.lastIndexOf("/") + 1), error);
    return error;
  }
}

export async function forEachAccount(
  deps: AccountListDeps & FanOutDeps,
  keeper: ListKeeper,
  work: (profile: AccountProfile) => Promise<void>,
): Promise<void> {
  const { profiles, faults: unlisted } = await listed(deps, keeper);
  const isFew = profiles.length <= MAX_ACCOUNTS_AT_ONCE;
  const faults = isFew
    ? await serveAccounts(deps, profiles, work)
    : await planBatches(deps, keeper, profiles);
  const failure = failureOf([...unlisted, ...faults], profiles.length + unlisted.length);
  if (failure !== null) throw failure;
}

/** Each account at the same time and on its own; the faults of those that failed. */
export async function serveAccounts(
  deps: AlertDeps,
  profiles: readonly AccountProfile[],
  work: (profile: AccountProfile) => Promise<void>,
): Promise<readonly Error[]> {
  const results = await Promise.allSettled(profiles.map((profile) => serve(deps, profile, work)));
  return results.flatMap((result, index) =>
    result.status === "rejected"
      ? [new Error(`${profiles[index]?.accountId}: ${saidBy(result.reason)}`, { cause: result.reason })]
      : [],
  );
}

/** Names account and cause of the first faults; null where there is none. */
function failureOf(faults: readonly Error[], count: number): AggregateError | null {
  if (faults.length === 0) return null;
  const named = faults.slice(0, NAMED_FAULTS).map(({ message }) => message);
  const more = faults.length > NAMED_FAULTS ? [`and ${faults.length - NAMED_FAULTS} more`] : [];
  return new AggregateError(
    faults,
    `${faults.length} of ${count} accounts failed: ${[...named, ...more].join("; ")}`,
  );
}

function saidBy(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

async function serve(
  deps: AlertDeps,
  profile: AccountProfile,
  work: (profile: AccountProfile) => Promise<void>,
): Promise<void> {
  try {
    await work(profile);
  } catch (error) {
    if (isOfDocument(error)) await tell(deps, profile.accountId, error);
    if (error instanceof MissingSecretError) await tellKeyless(deps, profile.accountId, error);
    throw error;
  }
}

type DocumentFault = UnusableDocumentError | NewerDocumentError;

function isOfDocument(error: unknown): error is DocumentFault {
  return error instanceof UnusableDocumentError || error instanceof NewerDocumentError;
}

/** People are told which document it is: the account is not served without it. */
async function tell(deps: AlertDeps, accountId: string, error: DocumentFault): Promise<void> {
  if (error instanceof NewerDocumentError) await tellNewer(deps, accountId, error);
  else await tellUnusable(deps, accountId, error);
}
