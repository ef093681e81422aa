// Documents in the shapes that this page knows, by the same steps as the functions: older ones are led to the present
// shape, a newer one is shown as such and never read.
import { kindOf } from "#domain/documents/kinds.ts";
import { KNOWLEDGE, stampIn, stampOf, upgraded } from "#domain/documents/versions.ts";

export type Versioned =
  | { readonly kind: "shape"; readonly shape: Readonly<Record<string, unknown>> }
  /** Release that is needed to read it. */
  | { readonly kind: "newer"; readonly since: string };

export function shapeOf(path: string, data: Readonly<Record<string, unknown>>): Versioned {
  const kind = kindOf(path);
  if (kind === null) return { kind: "shape", shape: data };
  const { version, since } = stampIn(data);
  if (version > stampOf(KNOWLEDGE, kind).version) return { kind: "newer", since };
  return { kind: "shape", shape: upgraded(KNOWLEDGE, kind, { version, path, shape: data }) };
}
