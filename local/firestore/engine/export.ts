// A database as files and back, as Firestore Admin's exportDocuments and importDocuments do: an export holds all
// documents of one moment, an import is refused unless the export is whole. Imported documents are written anew, in no
// order that means anything, so their update times are the import's own.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "./database.ts";
import { decodeDocument, encodeDocument } from "./log/record.ts";
import { failedPrecondition, notFound } from "./status.ts";

const DOCUMENTS = "documents.jsonl";
/** Written last: an export without it was cut off. */
const SUMMARY = "export.json";
/** Text of the documents in one commit, far below Firestore's limit of 10 MiB; an import is not one transaction. */
const CHARACTERS_PER_COMMIT = 1_000_000;

interface Summary {
  readonly root: string;
  readonly snapshotMicros: number;
  readonly documentCount: number;
  readonly sha256: string;
}

/** All documents below `root`, as they stand between two commits. Returns how many. */
export function exportDocuments(database: Database, root: string, directory: string): number {
  const lines = [...database.store.documents()]
    .filter(({ name }) => name.startsWith(`${root}/`))
    .map(encodeDocument)
    .sort();
  const text = lines.map((line) => `${line}\n`).join("");
  const snapshotMicros = database.oracle.read();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, DOCUMENTS), text);
  const summary: Summary = { root, snapshotMicros, documentCount: lines.length, sha256: digestOf(text) };
  writeFileSync(join(directory, `${SUMMARY}.new`), JSON.stringify(summary));
  renameSync(join(directory, `${SUMMARY}.new`), join(directory, SUMMARY));
  return lines.length;
}

/** Writes the export's documents below `root`, whatever database they are from. Rejects unless the export is whole. */
export async function importDocuments(database: Database, root: string, directory: string): Promise<number> {
  const { summary, lines } = read(directory);
  for (const batch of batchesOf(lines)) {
    const writes = batch.map((line) => {
      const { name, fields } = decodeDocument(line);
      return { update: { name: `${root}${name.slice(summary.root.length)}`, fields } };
    });
    await database.commit(writes, null);
  }
  return lines.length;
}

function* batchesOf(lines: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const line of lines) {
    batch.push(line);
    characters += line.length;
    if (characters < CHARACTERS_PER_COMMIT) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}

function read(directory: string): { readonly summary: Summary; readonly lines: readonly string[] } {
  let summary: Summary;
  let text: string;
  try {
    summary = JSON.parse(readFileSync(join(directory, SUMMARY), "utf8")) as Summary;
    text = readFileSync(join(directory, DOCUMENTS), "utf8");
  } catch (error) {
    throw notFound(`${directory} holds no finished export: ${String(error)}`);
  }
  const lines = text.split("\n").slice(0, -1);
  if (lines.length !== summary.documentCount || digestOf(text) !== summary.sha256)
    throw failedPrecondition(`The export in ${directory} is not as it was written; nothing was imported`);
  return { summary, lines };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
