// Commands waiting in an account's inbox, in sequence, and the documents that applying one must look at.

import { decode, UnusableDocumentError } from "#app/documents";
import type { Command } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { DocumentPort, DocumentSnapshot, DocumentVersion } from "#ports/documents.ts";
import { commandSchema } from "#schemas/command.ts";
import { alertSchema } from "#schemas/records.ts";

/** Commands taken in one query; more come with the next one. */
const BATCH = 20;

/** `command` is null for a document that its schema does not accept. */
export interface WaitingCommand {
  readonly path: string;
  readonly version: DocumentVersion;
  readonly sequence: number;
  readonly command: Command | null;
  readonly fault: string | null;
}

export function noneWaits({ commands }: ControlState): boolean {
  return commands.storedCount === commands.takenCount;
}

/** Those after the last one taken, oldest first. An unconfirmed one has the sequence 0 and is not among them. */
export async function nextCommands(
  documents: DocumentPort,
  control: ControlState,
): Promise<readonly WaitingCommand[]> {
  const snapshots = await documents.query({
    collection: paths.commands(control.accountId),
    where: [{ field: "sequence", op: ">", value: control.commands.takenCount }],
    orderBy: { field: "sequence", direction: "asc" },
    limit: BATCH,
  });
  return snapshots.map(waiting);
}

function waiting(snapshot: DocumentSnapshot): WaitingCommand {
  const { path } = snapshot;
  const version = snapshot.version ?? "";
  const sequence = Number(snapshot.data?.sequence);
  const { value: command, fault } = readOrFault(() => decode(commandSchema, snapshot));
  return { path, version, sequence, command, fault };
}

export interface Surroundings {
  readonly alert: Alert | null;
  readonly alertVersion: DocumentVersion | null;
  /** A document is where the next config's version would go: it was put there by other means. */
  readonly nextVersionExists: boolean;
}

/** Further documents that this one command asks for; most ask for none. */
export async function surroundingsOf(
  documents: DocumentPort,
  control: ControlState,
  { request }: Command,
): Promise<Surroundings> {
  const { accountId, configVersion } = control;
  const none = { alert: null, alertVersion: null, nextVersionExists: false };
  if (request.kind === "ack_alert") {
    const [snapshot] = await documents.getAll([paths.alert(accountId, request.alertId)]);
    if (snapshot === undefined) throw new Error("The store answered without the alert");
    const { value: alert } = readOrFault(() => decode(alertSchema, snapshot));
    return { ...none, alert, alertVersion: snapshot.version };
  }
  if (request.kind === "set_config") {
    const [snapshot] = await documents.getAll([paths.configVersion(accountId, configVersion + 1)]);
    return { ...none, nextVersionExists: snapshot !== undefined && snapshot.data !== null };
  }
  return none;
}

function readOrFault<T>(read: () => T | null): { readonly value: T | null; readonly fault: string | null } {
  try {
    return { value: read(), fault: null };
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return { value: null, fault: error.message };
  }
}
