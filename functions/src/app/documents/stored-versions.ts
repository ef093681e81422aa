// For the operator: which versions the stored documents are of, and the writes that lead older ones to the newest shape.
// Each write holds only while its document is as it was read.
import { kindOf, STORED_KINDS, type StoredKind } from "#domain/documents/kinds.ts";
import { type Knowledge, stampIn, stampOf } from "#domain/documents/versions.ts";
import type { DocumentPort, DocumentWrite } from "#ports/documents.ts";

/** Of one collection, at once: an operator's look, not an inventory. */
const MOST_DOCUMENTS = 1_000;

export interface StoredVersion {
  readonly kind: StoredKind;
  readonly version: number;
  /** First release that reads this version. */
  readonly since: string;
  /** The newest version that this release knows. */
  readonly known: number;
  readonly count: number;
  /** Whether every document of its collection was counted. */
  readonly isWhole: boolean;
}

/** One row a kind and version, in the order of kinds. Throws DocumentError. */
export async function storedVersions(
  documents: DocumentPort,
  knowledge: Knowledge,
): Promise<readonly StoredVersion[]> {
  const rows = new Map<string, StoredVersion>();
  for (const { snapshots, isWhole } of await everyCollection(documents)) {
    for (const snapshot of snapshots) {
      const kind = kindOf(snapshot.path);
      if (kind === null) continue;
      const { version, since } = stampIn(snapshot.data ?? {});
      const key = `${kind}/${version}`;
      const count = (rows.get(key)?.count ?? 0) + 1;
      const { version: known } = stampOf(knowledge, kind);
      rows.set(key, { kind, version, since, known, count, isWhole });
    }
  }
  const place = (row: StoredVersion) => STORED_KINDS.indexOf(row.kind);
  return [...rows.values()].sort((a, b) => place(a) - place(b) || a.version - b.version);
}

/** The documents of these kinds that are of an older version, as whole writes. Throws DocumentError. */
export async function pendingUpgrades(
  documents: DocumentPort,
  knowledge: Knowledge,
  kinds: readonly StoredKind[],
): Promise<readonly DocumentWrite[]> {
  const found = (await everyCollection(documents)).flatMap(({ snapshots }) => snapshots);
  return found.flatMap((snapshot): DocumentWrite[] => {
    const { path, data, version, newer } = snapshot;
    const kind = kindOf(path);
    if (kind === null || data === null || version === null || newer !== undefined) return [];
    if (!kinds.includes(kind) || stampIn(snapshot.data ?? {}).version >= stampOf(knowledge, kind).version)
      return [];
    return [{ op: "set", path, data, version }];
  });
}

/** Collections by name, wherever they stand: `control` holds three kinds, `config` one. */
export const COLLECTIONS = [
  "meta",
  "universe",
  "accounts",
  "control",
  "config",
  "receipts",
  "intents",
  "orders",
  "groups",
  "commands",
  "outbox",
  "telemetry",
  "alerts",
  "journal",
  "navSeries",
  "views",
  "hooks",
  "quarantine",
  "deadLetters",
  "deliveries",
] as const;

async function everyCollection(documents: DocumentPort) {
  const answers = COLLECTIONS.map(async (collection) => {
    const snapshots = await documents.query({ collection, allDescendants: true, limit: MOST_DOCUMENTS });
    return { snapshots, isWhole: snapshots.length < MOST_DOCUMENTS };
  });
  return await Promise.all(answers);
}
