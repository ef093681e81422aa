// Rebuilds control document, orders and groups from the journal, for a database that lost or broke some. A
// rebuild is itself journalled and keeps waiting intents and commands. Documents that the journal lacks are
// left alone.

import {
  decode,
  decodeRequired,
  encode,
  encodeWithTtl,
  RETENTION_MS,
  UnusableDocumentError,
} from "#app/documents";
import { EMPTY_FOLD, type FoldedJournal, foldJournal, isSameDocument } from "#domain/books/journal.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { JournalEntry } from "#domain/documents/records.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort, DocumentSnapshot, DocumentWrite } from "#ports/documents.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { commandCounterSchema } from "#schemas/command.ts";
import { schemaOfPath } from "#schemas/documents.ts";
import { journalEntrySchema } from "#schemas/records.ts";

export interface RebuildDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
}

export interface Rebuild {
  readonly lastSeq: number;
  /** Documents of the journal that are stored otherwise, or not at all. */
  readonly differing: readonly {
    readonly path: string;
    readonly why: "missing" | "unreadable" | "different";
  }[];
  readonly compared: number;
  /** Writes that mend the differences, in one batch; empty when all agree. */
  readonly writes: readonly DocumentWrite[];
}

const PAGE = 300;
/** Documents of one getAll, and of the one batch that mends them. */
const MAX_DOCUMENTS = 400;
/** Intents of an inbox; far more than any burst. */
const MAX_INBOX = 500;

class RebuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RebuildError";
  }
}

/** Compares and plans; the caller commits. Throws JournalGapError, RebuildError, UnusableDocumentError, DocumentError. */
export async function planRebuild(deps: RebuildDeps, accountId: string, actor: string): Promise<Rebuild> {
  const folded = await foldOf(deps, accountId);
  if (folded.firstSeq === null) throw new RebuildError(`Account ${accountId} has no journal to rebuild from`);
  const wanted = Object.keys(folded.images);
  const stored = new Map<string, DocumentSnapshot>();
  for (let start = 0; start < wanted.length; start += MAX_DOCUMENTS) {
    const page = await deps.documents.getAll(wanted.slice(start, start + MAX_DOCUMENTS));
    for (const snapshot of page) stored.set(snapshot.path, snapshot);
  }
  const control = await rebuiltControl(deps, accountId, folded, stored.get(paths.control(accountId)));
  const images = { ...folded.images, [paths.control(accountId)]: { ...control } };
  const differing = Object.entries(images).flatMap(([path, image]) => {
    const why = difference(stored.get(path), image);
    return why === null ? [] : [{ path, why }];
  });
  const writes =
    differing.length === 0 ? [] : writesOf(deps, { folded, images, control, actor }, differing, stored);
  return { lastSeq: folded.lastSeq, differing, compared: wanted.length, writes };
}

async function foldOf(deps: RebuildDeps, accountId: string): Promise<FoldedJournal> {
  let folded = EMPTY_FOLD;
  for (;;) {
    const page = await deps.documents.query({
      collection: `accounts/${accountId}/journal`,
      where: [{ field: "seq", op: ">", value: folded.lastSeq }],
      orderBy: { field: "seq", direction: "asc" },
      limit: PAGE,
    });
    const entries: JournalEntry[] = page.map((snapshot) => decodeRequired(journalEntrySchema, snapshot));
    folded = foldJournal(folded, entries);
    if (page.length < PAGE) return folded;
  }
}

/** The journal's control document, with what others than its holder count. */
async function rebuiltControl(
  deps: RebuildDeps,
  accountId: string,
  { images, lastSeq }: FoldedJournal,
  stored: DocumentSnapshot | undefined,
): Promise<ControlState> {
  const image = images[paths.control(accountId)];
  if (image === undefined) throw new RebuildError("The journal holds no control document");
  const control = controlStateSchema.parse(image);
  const present = stored === undefined ? null : readable(() => decode(controlStateSchema, stored));
  if (present !== null && present.journalSeq > lastSeq)
    throw new RebuildError(
      `The control document is at entry ${present.journalSeq}, the journal ends at ${lastSeq}`,
    );
  if (present !== null) {
    // These three counts are raised without an entry.
    const inbox = { ...control.inbox, storedCount: present.inbox.storedCount };
    const commands = { ...control.commands, storedCount: present.commands.storedCount };
    return { ...control, inbox, commands, groundLostCount: present.groundLostCount };
  }
  const waiting = await deps.documents.query({
    collection: paths.intents(accountId),
    where: [{ field: "status", op: "==", value: "INBOX" }],
    limit: MAX_INBOX,
  });
  const [counter] = await deps.documents.getAll([paths.commandSequence(accountId)]);
  const lastSequence = counter === undefined ? null : decode(commandCounterSchema, counter)?.lastSequence;
  return {
    ...control,
    inbox: { ...control.inbox, storedCount: control.inbox.takenCount + waiting.length },
    commands: { ...control.commands, storedCount: lastSequence ?? control.commands.storedCount },
  };
}

function difference(
  snapshot: DocumentSnapshot | undefined,
  image: object,
): Rebuild["differing"][number]["why"] | null {
  if (snapshot === undefined || snapshot.data === null) return "missing";
  const schema = schemaOfPath(snapshot.path);
  if (schema === null) throw new RebuildError(`No schema is known for ${snapshot.path}`);
  const present = readable(() => decode(schema, snapshot));
  if (present === null) return "unreadable";
  return isSameDocument(present, schema.parse(image)) ? null : "different";
}

function readable<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return null;
  }
}

interface Told {
  readonly folded: FoldedJournal;
  readonly images: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly control: ControlState;
  readonly actor: string;
}

function writesOf(
  deps: RebuildDeps,
  { folded, images, control, actor }: Told,
  differing: Rebuild["differing"],
  stored: ReadonlyMap<string, DocumentSnapshot>,
): readonly DocumentWrite[] {
  if (differing.length > MAX_DOCUMENTS)
    throw new RebuildError(
      `${differing.length} documents differ, more than one batch can mend (${MAX_DOCUMENTS})`,
    );
  const nowMs = deps.clock.nowMs();
  const { accountId } = control;
  const seq = folded.lastSeq + 1;
  const path = paths.control(accountId);
  const next: ControlState = { ...control, journalSeq: seq, updatedAtMs: nowMs };
  const others = differing.filter((each) => each.path !== path);
  const mended = Object.fromEntries(others.map((each) => [each.path, images[each.path] ?? {}]));
  const entry: JournalEntry = {
    seq,
    accountId,
    atMs: nowMs,
    fence: next.lease.fence,
    actor,
    kind: "STATE_REBUILT",
    subject: accountId,
    images: { ...mended, [path]: { ...next } },
  };
  const version = stored.get(path)?.version ?? null;
  const data = encode(next);
  return [
    version === null ? { op: "create", path, data } : { op: "set", path, data, version },
    ...others.map(({ path: of }) => mendingWrite(of, mended[of] ?? {}, nowMs)),
    {
      op: "create",
      path: paths.journal(accountId, seq),
      data: encodeWithTtl(entry, nowMs, RETENTION_MS.journal),
    },
  ];
}

function mendingWrite(path: string, image: object, nowMs: number): DocumentWrite {
  const collection = path.split("/").at(-2) ?? "";
  const keptMs = (RETENTION_MS as Readonly<Record<string, number>>)[collection];
  const data = keptMs === undefined ? encode(image) : encodeWithTtl(image, nowMs, keptMs);
  return { op: "set", path, data };
}
