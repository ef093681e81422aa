// The telemetry documents of an account as this process last stored or read them, and what of the journal is read but not in
// both of them yet. Only a hint: each write goes under the version of what it replaces.

import type { ExecutionDeps } from "#app/books";
import { decode, encode } from "#app/documents";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Tuning } from "#domain/documents/tuning.ts";
import { type ExecutionHealth, newExecutionHealth } from "#domain/telemetry/execution-health.ts";
import { newRouterTelemetry, type RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";
import { newTuning } from "#domain/telemetry/tune-account.ts";
import type { DocumentVersion, DocumentWrite } from "#ports/documents.ts";
import { executionHealthSchema, routerTelemetrySchema } from "#schemas/telemetry.ts";
import { tuningSchema } from "#schemas/tuning.ts";
import type { JournalNews } from "./read-journal.ts";

/** An account that has a journal, and no telemetry yet, begins with its last entries; a new account has all of them. */
const MOST_BEGUN_ENTRIES = 500;

/** A document, and what is known of the stored one. */
export interface Stored<T> {
  readonly document: T;
  /** Null: there is none. */
  readonly version: DocumentVersion | null;
  /** Last entry of the journal that the stored one has counted. */
  readonly storedSeq: number;
}

interface StoredTuning {
  readonly document: Tuning;
  readonly version: DocumentVersion | null;
}

export interface KeptTelemetry {
  readonly tuning: StoredTuning;
  readonly router: Stored<RouterTelemetry>;
  readonly health: Stored<ExecutionHealth>;
  /** Read entries behind the earlier of both documents, in order. */
  readonly entries: readonly JournalNews[];
  /** A run has left something that it could have read or counted. */
  readonly isBehind: boolean;
}

export interface AccountTelemetry {
  readonly kept: KeptTelemetry | null;
  /** Runs in a row that failed. */
  readonly failures: number;
}

export type TelemetryMemory = Map<string, AccountTelemetry>;

/** Throws UnusableDocumentError, NewerDocumentError, DocumentError. */
export async function loadTelemetry(
  { documents, clock }: Pick<ExecutionDeps, "documents" | "clock">,
  { accountId, journalSeq }: ControlState,
): Promise<KeptTelemetry> {
  const wanted = [paths.telemetry(accountId, "router"), paths.telemetry(accountId, "execution")];
  const [router, health, tuning] = await documents.getAll([...wanted, paths.telemetry(accountId, "tuning")]);
  if (router === undefined || health === undefined || tuning === undefined)
    throw new Error("The store answered with fewer documents than were asked for");
  const nowMs = clock.nowMs();
  const firstSeq = Math.max(0, journalSeq - MOST_BEGUN_ENTRIES);
  return {
    router: stored(
      decode(routerTelemetrySchema, router) ?? newRouterTelemetry(accountId, firstSeq, nowMs),
      router.version,
    ),
    health: stored(
      decode(executionHealthSchema, health) ?? newExecutionHealth(accountId, firstSeq, nowMs),
      health.version,
    ),
    tuning: {
      document: decode(tuningSchema, tuning) ?? newTuning(accountId, nowMs),
      version: tuning.version,
    },
    entries: [],
    isBehind: false,
  };
}

export function stored<T extends { readonly foldedSeq: number }>(
  document: T,
  version: DocumentVersion | null,
): Stored<T> {
  return { document, version, storedSeq: document.foldedSeq };
}

/** Fails the batch where somebody else has counted in between. */
export function writeOf(
  kind: "router" | "execution" | "tuning",
  { document, version }: Pick<Stored<RouterTelemetry | ExecutionHealth | Tuning>, "document" | "version">,
): DocumentWrite {
  const path = paths.telemetry(document.accountId, kind);
  const data = encode(document);
  return version === null ? { op: "create", path, data } : { op: "set", path, data, version };
}
