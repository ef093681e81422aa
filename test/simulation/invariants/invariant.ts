// The evidence that an invariant gets of a run, and the shape of an invariant. Evidence is gathered at the
// borders (commits that landed, requests that left, answers given), never from inside the product.
import type { HttpResponse } from "#adapters/http/http-transport.ts";
import type { Environment } from "#domain/documents/account.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Exchange } from "#local/exchange/exchange.ts";
import type { DocumentData, DocumentWrite } from "#ports/documents.ts";
import type { Notification } from "#ports/notifier.ts";
import type { Disturbances } from "../disturbances.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import type { SimCommand, SimCommandAnswer } from "../platform/command-front.ts";
import type { SimAlert, SimAnswer } from "../platform/front.ts";
import type { WireRequest } from "../ports/venue-transport.ts";
import type { RunSetup } from "../workload/setup.ts";

export interface Change {
  readonly path: string;
  readonly accountId: string | null;
  readonly before: DocumentData | null;
  readonly after: DocumentData | null;
}

export interface Landed {
  /** Null for the operator's own commits. */
  readonly process: SimProcess | null;
  readonly environment: Environment;
  readonly changes: readonly Change[];
  /** The same as the database holds them, while two releases run side by side. */
  readonly stored?: readonly Change[];
  readonly writes: readonly DocumentWrite[];
}

export interface Unreadable {
  readonly accountId: string;
  readonly symbol: string;
  readonly sinceMs: number;
  /** As it was, in the shape in which it is stored. */
  readonly data: DocumentData;
}

export interface Evidence {
  readonly setup: RunSetup;
  /** The run's disturbances; null where no record of them is kept. */
  readonly disturbances: Disturbances | null;
  readonly exchange: Exchange;
  nowMs(): number;
  /** Now, while schedules fire by themselves; else when they ended. The last passes after that have no look of the watchdog. */
  scheduledUntilMs(): number;
  /** A document as it is stored now; null when it does not exist. */
  read<T>(path: string): T | null;
  /** Every stored document below a prefix, by path. */
  below<T>(prefix: string): readonly (readonly [path: string, value: T])[];
  /** Payloads of unreadable messages, as they were published. */
  readonly strayMessages: readonly unknown[];
  /** Documents that a person's hand has made unreadable, by path. `read` gives them as they were. */
  readonly unreadable: ReadonlyMap<string, Unreadable>;
  /** Ends the run: the rule is broken. */
  fail(message: string): undefined;
}

/** An invariant's reactions to evidence as it comes; it keeps its own memory between calls. */
export interface Watch {
  /** Documents that were there before anybody watched; `before` is null in each. */
  found?(documents: readonly Change[]): void;
  landed?(commit: Landed): void;
  left?(request: WireRequest, environment: Environment): void;
  handled?(request: WireRequest, response: HttpResponse): void;
  /** Answer that the process got in the end; null: none came. Never told of a process that died meanwhile. */
  received?(request: WireRequest, response: HttpResponse | null): void;
  answered?(alert: SimAlert, answer: SimAnswer): void;
  commandAnswered?(command: SimCommand, answer: SimCommandAnswer): void;
  /** A notification reached its receiver. */
  notified?(notification: Notification): void;
  /** Faults have ended for minutes, and what a person's hand made unreadable still is. */
  endured?(): void;
  /** After healing: faults have ended, everything has had its time, one reconcile pass has run. */
  healed?(): void;
}

export interface Invariant {
  /** Number of the rule in docs/RULES.md. */
  readonly rule: number;
  readonly name: string;
  /** The guarantee that it protects. */
  readonly says: string;
  readonly watch: (evidence: Evidence) => Watch;
}

/** The account's config in force, also when a newer one lies beside it; null when there is none. */
export function configInForce(evidence: Evidence, accountId: string): AccountConfig | null {
  const version = evidence.read<ControlState>(paths.control(accountId))?.configVersion;
  const current = evidence.read<AccountConfig>(paths.config(accountId));
  if (version === undefined || current?.version === version) return current;
  return evidence.read<AccountConfig>(paths.configVersion(accountId, version));
}

/** A version of the account's config, whether it is still in force or not; null when it is not stored. */
export function configOf(evidence: Evidence, accountId: string, version: number): AccountConfig | null {
  const kept = evidence.read<AccountConfig>(paths.configVersion(accountId, version));
  const current = evidence.read<AccountConfig>(paths.config(accountId));
  return kept ?? (current?.version === version ? current : null);
}

/** Nothing came or went but what the account began with, and nothing beside the wallet counts. */
export function isUnmoved(evidence: Evidence, accountId: string): boolean {
  const transfers = evidence.exchange.engine.state.incomes.filter(
    (income) => income.accountId === accountId && income.type === "TRANSFER",
  );
  const reserves = configInForce(evidence, accountId)?.reserves ?? [];
  return transfers.length <= 1 && reserves.length === 0;
}

/** How far two clocks of a run, or a venue's and ours, may disagree in an honest answer. */
export const CLOCK_TOLERANCE_MS = 2_500;

export const NEW_ORDER = "POST /fapi/v1/order";
export const NEW_STOP = "POST /fapi/v1/algoOrder";
