// The document port of a tool. It writes only when told to, says what it would write, and writes only whole
// documents of their schema: a placeholder is refused, and so is a zero over a known amount. Its one deletion
// is a doubted peak, together with the alert that says so.
import { STORE_FIELDS } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { Bus } from "#ports/bus.ts";
import type { DocumentData, DocumentPort, DocumentWrite } from "#ports/documents.ts";
import { schemaOfPath } from "#schemas/documents.ts";
import { faultsOf } from "./faults-of.ts";

export interface Guard {
  /** False: a dry run, which says what it would do. */
  readonly writes: boolean;
  readonly say: (line: string) => void;
}

/** Of a document, on the screen. */
const SHOWN_CHARACTERS = 600;
/**
 * The documents that NAV and peak are made of; a zero there has to come from the venue, never from a tool.
 */
const MONEY = /\/(control\/(nav|peak)|navSeries\/[^/]+)$/;
/**
 * While the peak is missing every entry is denied, and the NAV run makes a new one: it alone can ask the
 * venue for transfers.
 */
const DROPPABLE = /^accounts\/([^/]+)\/control\/peak$/;

class ToolWriteRefusedError extends Error {
  constructor(path: string, why: string) {
    super(`A tool may not write ${path}: ${why}`);
    this.name = "ToolWriteRefusedError";
  }
}

export function guardedDocuments(documents: DocumentPort, { writes: isWriting, say }: Guard): DocumentPort {
  return {
    getAll: (paths) => documents.getAll(paths),
    query: (query) => documents.query(query),
    async commit(writes) {
      for (const write of writes) await checkWrite(documents, write, writes);
      for (const write of writes) say(`${isWriting ? "Writing" : "Would write"}: ${shown(write)}`);
      return isWriting ? await documents.commit(writes) : writes.map(() => null);
    },
  };
}

export function guardedBus(bus: Bus, { writes: isWriting, say }: Guard): Bus {
  return {
    async publish(topic, payload, attributes) {
      say(`${isWriting ? "Publishing" : "Would publish"} on ${topic}: ${cut(JSON.stringify(payload))}`);
      if (isWriting) await bus.publish(topic, payload, attributes);
    },
  };
}

async function checkWrite(
  documents: DocumentPort,
  write: DocumentWrite,
  batch: readonly DocumentWrite[],
): Promise<void> {
  if (write.op === "delete") return checkDrop(write.path, batch);
  const [snapshot] = await documents.getAll([write.path]);
  const before = snapshot?.data ?? null;
  const after = write.op === "update" ? { ...before, ...write.changes } : write.data;
  const schema = schemaOfPath(write.path);
  if (schema === null) throw new ToolWriteRefusedError(write.path, "it has no schema");
  const fields = Object.fromEntries(Object.entries(after).filter(([name]) => !STORE_FIELDS.has(name)));
  const parsed = schema.safeParse(fields);
  if (!parsed.success) throw new ToolWriteRefusedError(write.path, faultsOf(parsed.error.issues));
  if (!MONEY.test(write.path)) return;
  const zeroed = Object.keys(fields).filter((name) => isZero(fields[name]) && !isZero(before?.[name]));
  const changed = zeroed.filter((name) => name.endsWith("Usd"));
  if (changed.length > 0)
    throw new ToolWriteRefusedError(write.path, `${changed.join(", ")} would become zero`);
}

function checkDrop(path: string, batch: readonly DocumentWrite[]): void {
  const accountId = DROPPABLE.exec(path)?.[1];
  if (accountId === undefined) throw new ToolWriteRefusedError(path, "tools delete nothing but a peak");
  const alerts = `${paths.alerts(accountId)}/`;
  if (batch.some(({ op, path: each }) => op === "create" && each.startsWith(alerts))) return;
  throw new ToolWriteRefusedError(path, "a peak is dropped only together with an alert that says so");
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isZero);
  return typeof value === "string" && /^-?0+(\.0+)?$/.test(value);
}

function shown(write: DocumentWrite): string {
  const data: DocumentData | object =
    write.op === "update" ? write.changes : write.op === "delete" ? {} : write.data;
  return `${write.op} ${write.path} ${cut(JSON.stringify(data))}`;
}

function cut(text: string): string {
  return text.length <= SHOWN_CHARACTERS
    ? text
    : `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)`;
}
