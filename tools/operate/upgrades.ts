// The versions of stored documents, counted and raised. Keeps true that nothing is written over a document that changed
// meanwhile or that a later release has stored, and that only kinds are raised that no account is traded by: the books
// are raised by the commits that change them.
import { type Release, versionedDocuments } from "#app/documents";
import { type DocumentKind, kindOf } from "#domain/documents/kinds.ts";
import { paths } from "#domain/documents/paths.ts";
import { stampOf } from "#domain/documents/versions.ts";
import type { DocumentPort, DocumentSnapshot } from "#ports/documents.ts";

/** What nobody rewrites by itself, so that an old shape would stay for ever. */
export const RAISED_KINDS: readonly DocumentKind[] = ["hook", "account", "config"];
/** Of one collection. A larger one is counted as at least this many. */
const MAX_DOCUMENTS = 1_000;
const OF_ACCOUNT = [
  ...["alerts", "commands", "config", "control", "groups", "intents", "journal"],
  ...["navSeries", "orders", "outbox", "receipts", "telemetry", "views"],
];
const OF_PROJECT = ["meta", "universe", "hooks", "quarantine", "deadLetters", "deliveries"];

export interface VersionCount {
  readonly kind: DocumentKind;
  /** Null: without a stamp, which is the first version. */
  readonly version: number | null;
  readonly count: number;
  /** Oldest release that reads it; null for what this release cannot name. */
  readonly since: string | null;
  readonly isNewer: boolean;
}

export async function countVersions(
  documents: DocumentPort,
  release: Release,
): Promise<readonly VersionCount[]> {
  const counts = new Map<string, VersionCount>();
  for (const snapshot of await everyDocument(documents)) {
    const kind = kindOf(snapshot.path);
    if (kind === null) continue;
    const found = versionOf(release, kind, snapshot);
    const key = `${kind} ${found.version}`;
    counts.set(key, { kind, ...found, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
}

function versionOf(
  { knowledge }: Release,
  kind: DocumentKind,
  { newer, upgradedFrom, data }: DocumentSnapshot,
): Omit<VersionCount, "kind" | "count"> {
  if (newer !== undefined) return { version: newer.found, since: newer.since, isNewer: true };
  const version = upgradedFrom ?? (data?.schema === undefined ? null : stampOf(knowledge, kind).version);
  const since = knowledge[kind][(version ?? 1) - 2]?.since ?? "0.1.0";
  return { version, since, isNewer: false };
}

/**
 * Stores every document of the kinds in the present shape, with its stamp; its expiry stays. Returns how many were
 * written. Throws PreconditionFailedError when one changed meanwhile: the tool is run again.
 */
export async function raiseVersions(
  documents: DocumentPort,
  release: Release,
  kinds: readonly DocumentKind[],
): Promise<number> {
  const stamping = versionedDocuments(documents, { ...release, stamps: "all" });
  let written = 0;
  for (const { path, data, version, newer, fault, upgradedFrom } of await everyDocument(documents)) {
    const kind = kindOf(path);
    if (kind === null || !kinds.includes(kind) || data === null || version === null) continue;
    const isPresent = data.schema !== undefined && upgradedFrom === undefined;
    if (newer !== undefined || fault !== undefined || isPresent) continue;
    await stamping.commit([{ op: "set", path, data, version }]);
    written += 1;
  }
  return written;
}

async function everyDocument(documents: DocumentPort): Promise<readonly DocumentSnapshot[]> {
  const accounts = await documents.query({ collection: "accounts", limit: MAX_DOCUMENTS });
  const collections = [
    ...OF_PROJECT,
    ...accounts.flatMap(({ path }) => OF_ACCOUNT.map((each) => `${path}/${each}`)),
  ];
  const found: DocumentSnapshot[] = [...accounts];
  for (const collection of collections)
    found.push(...(await documents.query({ collection, limit: MAX_DOCUMENTS })));
  return found.filter(({ path }) => path !== paths.environment);
}
