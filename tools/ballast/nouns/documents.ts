// `documents`: which stored documents are not of the newest shape that this release knows, and writing them so.
import { pendingUpgrades, type StoredVersion, storedVersions } from "#app/documents";
import { DOCUMENT_KINDS, type StoredKind } from "#domain/documents/kinds.ts";
import { KNOWLEDGE } from "#domain/documents/versions.ts";
import type { OperatorParts } from "#tools/target/parts.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, reading, writing } from "#tools/target/verbs.ts";

/** Kinds that no schedule writes: the others are led on by the next write of their own. */
const SELDOM_WRITTEN: readonly StoredKind[] = ["hook", "account", "config"];

export const documents: AddNoun = (program) => {
  const noun = program.command("documents").description("Versions of stored documents");
  reading(noun, "list", "Every kind, its versions, and what is pending").action((values: TargetValues) =>
    onTarget(values, list),
  );
  writing(noun, "upgrade [kinds...]", "Hooks, profiles and configs, or the kinds that are named").action(
    (kinds: readonly string[], values: TargetValues) =>
      onTarget(values, (parts) => write(parts, kinds.length === 0 ? SELDOM_WRITTEN : kinds.map(kindNamed))),
  );
};

function kindNamed(name: string): StoredKind {
  const kind = DOCUMENT_KINDS.find((each) => each === name);
  if (kind === undefined || kind === "intentsMessage" || kind === "commandsMessage")
    throw new Error(`There is no kind of document "${name}"; documents list shows all`);
  return kind;
}

async function list({ documents, say }: OperatorParts): Promise<void> {
  const stored = await storedVersions(documents, KNOWLEDGE);
  for (const each of stored) say(`  ${lineOf(each)}`);
  const pending = stored.filter(({ version, known }) => version < known);
  const count = pending.reduce((sum, each) => sum + each.count, 0);
  say(`${count} pending`);
}

function lineOf({ kind, version, known, since, count, isWhole }: StoredVersion): string {
  const state =
    version > known
      ? `needs release ${since}`
      : version < known
        ? `pending, this release has ${known}`
        : "newest";
  return `${kind.padEnd(16)} version ${version}  ${count}${isWhole ? "" : " or more"} documents, ${state}`;
}

async function write({ documents, say }: OperatorParts, kinds: readonly StoredKind[]): Promise<void> {
  const writes = await pendingUpgrades(documents, KNOWLEDGE, kinds);
  for (const each of writes) await documents.commit([each]);
  say(`${writes.length} documents of ${kinds.join(", ")} are led to the newest shape`);
}
