// The document port over Firestore's JSON API: what deployed functions use, because Google's client library takes
// longer to load than all of Ballast (decision 79). One contract suite holds it and firestore-documents.ts equal.
// A commit that Firestore may have applied without our hearing of it is `DocumentUnavailableError`.
import type { GoogleRest } from "#adapters/google/google-rest.ts";
import type { DocumentPort, DocumentSnapshot, DocumentVersion, DocumentWrite } from "#ports/documents.ts";
import { DocumentUnavailableError } from "#ports/documents.ts";
import { assertDocumentPath, assertQuery, frozenWrites } from "./document-check.ts";
import { documentError } from "./firestore-errors.ts";
import { restQuery } from "./rest-query.ts";
import { versionOfTime } from "./rest-time.ts";
import { dataOfRest, type RestFields } from "./rest-values.ts";
import { restWrites } from "./rest-write.ts";

/** Longer than any healthy answer, shorter than a function's patience: then the caller decides. */
const CALL_TIMEOUT_MS = 15_000;
/** One attempt: long enough for a slow commit, short enough for a second one inside the bound. */
export const DOCUMENT_ATTEMPT_MS = 6_000;
/** Reading twice does no harm: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const READ_AGAIN: ReadonlySet<number> = new Set([4, 8, 10, 13, 14]);
/**
 * Commits whose `create` or `version` makes a repetition fail if the first was applied: RESOURCE_EXHAUSTED,
 * ABORTED, UNAVAILABLE, as Google's own client repeats them. The caller reloads, and may find its own write.
 */
const COMMIT_AGAIN: ReadonlySet<number> = new Set([8, 10, 14]);
/** An unguarded commit is repeated only where nothing was applied: its increments would count twice. */
const UNGUARDED_AGAIN: ReadonlySet<number> = new Set([8, 10]);

export interface RestDocumentsOptions {
  readonly projectId: string;
  readonly rest: GoogleRest;
}

interface RestDocument {
  readonly name: string;
  readonly fields?: RestFields;
  readonly updateTime: string;
}

export function createRestDocuments({ projectId, rest }: RestDocumentsOptions): DocumentPort {
  const root = `projects/${projectId}/databases/(default)/documents`;
  const snapshotOf = ({ name, fields, updateTime }: RestDocument): DocumentSnapshot => {
    const path = name.slice(root.length + 1);
    return { path, data: dataOfRest(path, fields), version: versionOfTime(updateTime) };
  };
  const call = async (
    place: string,
    body: object,
    writes: readonly DocumentWrite[] | null,
  ): Promise<unknown> => {
    const path = `/v1/${encodeURI(root)}${place}`;
    const retried = writes === null ? READ_AGAIN : isGuarded(writes) ? COMMIT_AGAIN : UNGUARDED_AGAIN;
    try {
      return await rest({ method: "POST", path, body, retried, limitMs: CALL_TIMEOUT_MS });
    } catch (error) {
      throw documentError(error, writes ?? []);
    }
  };
  return {
    async getAll(paths) {
      for (const path of paths) assertDocumentPath(path);
      if (paths.length === 0) return [];
      const documents = [...new Set(paths)].map((path) => `${root}/${path}`);
      const answers = (await call(":batchGet", { documents }, null)) as readonly {
        readonly found?: RestDocument;
      }[];
      const found = new Map(
        answers.flatMap(({ found: document }) =>
          document === undefined ? [] : [snapshotOf(document)].map((each) => [each.path, each] as const),
        ),
      );
      return paths.map((path) => found.get(path) ?? { path, data: null, version: null });
    },
    async commit(writes) {
      if (writes.length === 0) return [];
      const checked = frozenWrites(writes);
      const answer = await call(":commit", { writes: restWrites(root, checked) }, checked);
      return versionsOf(checked, answer as CommitAnswer);
    },
    async query(query) {
      assertQuery(query);
      const { parent, structuredQuery } = restQuery(root, query);
      const place = `${parent.split("/").map(encodeURIComponent).join("/")}:runQuery`;
      const answers = (await call(place, { structuredQuery }, null)) as readonly {
        readonly document?: RestDocument;
      }[];
      return answers.flatMap(({ document }) => (document === undefined ? [] : [snapshotOf(document)]));
    },
  };
}

interface CommitAnswer {
  readonly writeResults?: readonly { readonly updateTime?: string }[];
  readonly commitTime?: string;
}

function versionsOf(
  writes: readonly DocumentWrite[],
  { writeResults = [], commitTime }: CommitAnswer,
): readonly (DocumentVersion | null)[] {
  return writes.map(({ op }, index) => {
    if (op === "delete") return null;
    const written = writeResults[index]?.updateTime ?? commitTime;
    if (written !== undefined) return versionOfTime(written);
    throw new DocumentUnavailableError("Firestore answered a commit without its write times", null);
  });
}

function isGuarded(writes: readonly DocumentWrite[]): boolean {
  return writes.some((write) => write.op === "create" || write.version !== undefined);
}
