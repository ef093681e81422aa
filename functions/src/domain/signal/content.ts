// Whether two alerts say the same. An id names an alert, and its content tells a repetition from another alert under the
// same name. Secrets are in neither.
import { createHash } from "node:crypto";
import type { NamedFields } from "./field-names.ts";

/** Says when a message was made. A sender that makes its message anew for each attempt changes this and nothing else. */
const MADE_AT = "timenow";

/** Part of what a receipt keeps of its alert; see `contentOf`. */
export interface KeptContent {
  /** Null where the body could not be taken apart. */
  readonly fields: Pick<NamedFields, "known" | "unknown"> | null;
  readonly bodySha256: string;
}

/** The same for two alerts that say the same, in any order of fields and whenever they were made. */
export function contentOf({ fields, bodySha256 }: KeptContent): string {
  if (fields === null) return bodySha256;
  const known = Object.entries(fields.known).filter(([name]) => name !== MADE_AT);
  const unknown = fields.unknown.map(({ name, value }) => [name, value] as const);
  return sha256(JSON.stringify([known.toSorted(byText), unknown.toSorted(byText)]));
}

function byText(a: readonly unknown[], b: readonly unknown[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : Number(left > right);
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
