// Versions of messages and tasks: told beside the payload, in an attribute or a header, where every release leaves them
// unread but this one. A payload of a later release is handed back before it is parsed, so that nobody quarantines,
// counts or buries what only an instance of that release can read.
import { NewerDocumentError, type Release, tellsStamp } from "#app/documents";
import { type AlertDeps, tellNewer } from "#app/telling";
import type { MessageKind } from "#domain/documents/kinds.ts";
import { type Shape, stampOf, upgraded } from "#domain/documents/versions.ts";
import type { Bus } from "#ports/bus.ts";
import type { Tasks } from "#ports/tasks.ts";
import type { BusMessage } from "./consume-message.ts";

/** Attribute of a message and header of a task: `2 0.3.0`, the version and the first release that reads it. */
export const STAMP_NAME = "ballast-schema";
const STAMP = /^([1-9]\d{0,8}) (\S{1,40})$/;

export function versionedBus(bus: Bus, release: Release): Bus {
  return {
    publish: (topic, payload, attributes) =>
      bus.publish(topic, payload, { ...attributes, ...stampFor(release, `message/${topic}`) }),
  };
}

export function versionedTasks(tasks: Tasks, release: Release): Tasks {
  return {
    schedule: (task) => {
      const stamp = stampFor(release, "task")[STAMP_NAME];
      return tasks.schedule(stamp === undefined ? task : { ...task, stamp });
    },
  };
}

function stampFor(release: Release, kind: MessageKind): Readonly<Record<string, string>> {
  const stamp = stampOf(release.knowledge, kind);
  return tellsStamp(release, stamp) ? { [STAMP_NAME]: `${stamp.version} ${stamp.since}` } : {};
}

/** The message with its payload in the shape of this release. Throws NewerDocumentError, having told of it. */
export function messageInShape(
  deps: AlertDeps,
  release: Release,
  message: BusMessage,
): BusMessage | Promise<never> {
  const kind = message.topic === "commands" ? "message/commands" : "message/intents";
  const { [STAMP_NAME]: stamp, accountId } = message.attributes ?? {};
  const name = `${kind}/${message.messageId}`;
  const version = versionIn(stamp);
  const newer = newerThan(release, kind, version);
  if (newer !== null) return handBack(deps, accountId, new NewerDocumentError(name, newer));
  if (version.version === stampOf(release.knowledge, kind).version || !isShape(message.payload))
    return message;
  const from = { version: version.version, path: name, shape: message.payload };
  return { ...message, payload: upgraded(release.knowledge, kind, from) };
}

async function handBack(
  deps: AlertDeps,
  accountId: string | undefined,
  error: NewerDocumentError,
): Promise<never> {
  if (accountId === undefined) deps.logger.error(error.message, { alert: "RELEASE_NEEDED" });
  else await tellNewer(deps, accountId, error);
  throw error;
}

/** Throws NewerDocumentError for a task that only a later release reads: its queue tries again, and the minute is the floor. */
export function refuseNewerTask(release: Release, stamp: string | undefined): void {
  const newer = newerThan(release, "task", versionIn(stamp));
  if (newer !== null) throw new NewerDocumentError("task", newer);
}

function newerThan(release: Release, kind: MessageKind, { version, since }: Told) {
  const { version: known } = stampOf(release.knowledge, kind);
  return version > known ? { found: version, known, since } : null;
}

interface Told {
  readonly version: number;
  readonly since: string;
}

/** Text that is no stamp is read as one from the future, as on a document. */
function versionIn(stamp: string | undefined): Told {
  if (stamp === undefined) return { version: 1, since: "0.1.0" };
  const [, version, since] = STAMP.exec(stamp) ?? [];
  if (version === undefined || since === undefined)
    return { version: Number.POSITIVE_INFINITY, since: "unknown" };
  return { version: Number(version), since };
}

function isShape(payload: unknown): payload is Shape {
  return typeof payload === "object" && payload !== null && !Array.isArray(payload);
}
