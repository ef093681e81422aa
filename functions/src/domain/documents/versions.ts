// The version of every kind of document, and the steps that lead an older shape to the present one. A document without a
// stamp is of version 1, the shape of release 0.1.0. Pure: a step sees one shape and its path, and loses no field that
// it does not name (docs/CHANGES.md says how to add one).
import { DOCUMENT_KINDS, type DocumentKind } from "./kinds.ts";

/** A document's fields as they are stored, without those that only the store knows. */
export type Shape = { readonly [field: string]: unknown };

/** Leads a shape of one version to the next. */
export interface UpgradeStep {
  /** First release that reads and writes the version which the step leads to. */
  readonly since: string;
  readonly up: (shape: Shape, path: string) => Shape;
}

/** What one release knows: the steps of each kind, oldest first. A kind's version is one more than its steps. */
export type Knowledge = Readonly<Record<DocumentKind, readonly UpgradeStep[]>>;

/** `schema` of a stored document. The release stands in it because an older release cannot know of later ones. */
export interface Stamp {
  readonly version: number;
  readonly since: string;
}

export const FIRST_RELEASE = "0.1.0";

/** The first shape of every kind. */
const UNCHANGED: Knowledge = Object.fromEntries(
  DOCUMENT_KINDS.map((kind) => [kind, []]),
) as unknown as Knowledge;

/** What this release knows. */
export const KNOWLEDGE: Knowledge = { ...UNCHANGED };

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
  control: ["inbox", "commands"],
  receipt: ["status", "denials", "decidedAtMs", "clientOrderId", "sentAtMs", "acknowledgedAtMs"],
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

/** The shape as the newest version that is known has it. The caller has seen that it is not newer. */
export function upgraded(
  knowledge: Knowledge,
  kind: DocumentKind,
  from: { readonly version: number; readonly path: string; readonly shape: Shape },
): Shape {
  return knowledge[kind].slice(from.version - 1).reduce((shape, { up }) => up(shape, from.path), from.shape);
}
