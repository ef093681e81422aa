// The shape of an invariant over the evidence of a healed run.
import type { Evidence } from "../evidence.ts";

export interface Check {
  readonly name: string;
  /** The guarantee that it protects. */
  readonly says: string;
  /** One sentence for each violation. */
  readonly violations: (evidence: Evidence) => readonly string[];
}
