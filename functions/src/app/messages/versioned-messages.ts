// Messages in the shapes that this release knows. A message says its version in its attributes, so that a release that
// cannot read its body knows as much before it judges anything: such a message comes back until a later release takes
// it, and is neither quarantined nor counted nor too old.
import { type Release, versionIn } from "#app/documents";
import { MESSAGE_KIND_OF } from "#domain/documents/kinds.ts";
import { type Shape, stampOf, upgraded } from "#domain/documents/versions.ts";
import type { Bus, Topic } from "#ports/bus.ts";
import type { NewerShape } from "#ports/documents.ts";
import type { BusMessage } from "./consume-message.ts";

/** Attributes of a message above version 1; one without them is of version 1. */
const VERSION = "schemaVersion";
const SINCE = "schemaSince";

/** Thrown, so that the platform delivers it again. */
export class NewerMessageError extends Error {
  constructor(topic: string, messageId: string, { found, known, since }: NewerShape) {
    super(
      `Message ${messageId} on ${topic} is of version ${found}, and this release knows version ${known}: ` +
        `release ${since} or later is needed`,
    );
    this.name = "NewerMessageError";
  }
}

/** The bus, with the version of every message that is above the first. */
export function versionedBus(bus: Bus, { knowledge }: Release): Bus {
  return {
    publish(topic, payload, attributes) {
      const { version, since } = stampOf(knowledge, MESSAGE_KIND_OF[topic]);
      const stamp = version === 1 ? {} : { [VERSION]: String(version), [SINCE]: since };
      return bus.publish(topic, payload, { ...attributes, ...stamp });
    },
  };
}

/** The message in its newest known shape. Throws NewerMessageError. */
export function readable(message: BusMessage, topic: Topic, { knowledge }: Release): BusMessage {
  const kind = MESSAGE_KIND_OF[topic];
  const { attributes, payload, messageId } = message;
  const { version, since } = versionIn({
    version: Number(attributes[VERSION] ?? 1),
    since: attributes[SINCE],
  });
  const { version: known } = stampOf(knowledge, kind);
  if (version > known) throw new NewerMessageError(topic, messageId, { found: version, known, since });
  if (version === known || typeof payload !== "object" || payload === null) return message;
  return {
    ...message,
    payload: upgraded(knowledge, kind, { version, path: topic, shape: payload as Shape }),
  };
}
