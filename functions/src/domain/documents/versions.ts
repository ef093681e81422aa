// The version of every kind of document, and the steps that lead an older shape to the present one. A document without a
// stamp is of version 1, the shape of release 0.1.0. Pure: a step sees one shape and its path, and loses no field that
// it does not name (docs/CHANGES.md says how to add one).
import { DOCUMENT_KINDS, type DocumentKind } from "./kinds.ts";
import { RELEASE_0_3, STEPS_OF_0_3 } from "./steps-of-0-3.ts";

/** A document's fields as they are stored, without those that only the store knows. */
export type Shape = { readonly [field: string]: unknown };

/** Leads a shape of one version to the next. */
export interface UpgradeStep {
  /** First release that reads and writes the version which the step leads to. */
  readonly since: string;
  readonly up: (shape: Shape, path: string) => Shape;
}

/** The knowledge of one release: the steps of each kind, oldest first. A kind's version is one more than its steps. */
export type Knowledge = Readonly<Record<DocumentKind, readonly UpgradeStep[]>>;

/** `schema` of a stored document. The release stands in it because an older release cannot know of later ones. */
export interface Stamp {
  readonly version: number;
  readonly since: string;
}

const FIRST_RELEASE = "0.1.0";

/** The knowledge of this release: the first shape of every kind, and what releases since have added. */
export const KNOWLEDGE: Knowledge = Object.fromEntries(
  DOCUMENT_KINDS.map((kind) => {
    const up = STEPS_OF_0_3[kind];
    return [kind, up === undefined ? [] : [{ since: RELEASE_0_3, up }]];
  }),
) as unknown as Knowledge;

/**
 * Kinds that never get another version: any release must be able to check the label, to give a command its sequence,
 * so that a stop is always stored, and to count a failed delivery.
 */
export const FROZEN_KINDS: readonly DocumentKind[] = ["environment", "commandSequence", "delivery"];

/**
 * Fields that are changed in place, by a writer that has not read the document. Such a change stamps nothing, and no step
 * may touch these fields: the shape that they are changed in is not known.
 */
export const PATCHED_FIELDS: Readonly<Partial<Record<DocumentKind, readonly string[]>>> = {
  control: ["inbox", "commands", "groundLostCount"],
  receipt: ["status", "denials", "decidedAtMs", "clientOrderId", "queue", "sentAtMs", "acknowledgedAtMs"],
  intent: ["status", "denials", "updatedAtMs"],
  alert: ["acknowledgedAtMs", "acknowledgedBy"],
  command: ["status", "outcome", "endedAtMs"],
  watchdogRecord: ["lookedAtMs", "exposedSinceMs", "verdict", "findings"],
  deadLetter: ["replayedAtMs"],
};

/** The stamp that a release with this knowledge gives a kind. */
export function stampOf(knowledge: Knowledge, kind: DocumentKind): Stamp {
  const steps = knowledge[kind];
  return { version: steps.length + 1, since: steps.at(-1)?.since ?? FIRST_RELEASE };
}

const UNSTAMPED: Stamp = { version: 1, since: FIRST_RELEASE };

/** The stamp of a stored document. */
export function stampIn({ schema }: Shape): Stamp {
  return schema === undefined ? UNSTAMPED : versionIn((schema ?? {}) as object);
}

/** The stamp in a document. One that cannot be read is taken for one from the future: no shape can be named by it. */
export function versionIn(stamp: { readonly version?: unknown; readonly since?: unknown }): Stamp {
  const { version, since = FIRST_RELEASE } = stamp;
  if (Number.isSafeInteger(version) && Number(version) >= 1 && typeof since === "string")
    return { version: Number(version), since };
  return { version: Number.POSITIVE_INFINITY, since: "unknown" };
}

/** The shape as the newest version that is known has it. The caller has seen that it is not newer. */
export function upgraded(
  knowledge: Knowledge,
  kind: DocumentKind,
  from: { readonly version: number; readonly path: string; readonly shape: Shape },
): Shape {
  return knowledge[kind].slice(from.version - 1).reduce((shape, { up }) => up(shape, from.path), from.shape);
}
