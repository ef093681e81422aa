// One target on one stream: what it selects, what the client has been sent of it, and what is still to be sent.
// Pending work is a set of names, never a queue of versions: a slow client costs at most one entry per document.
import type { Target } from "../proto.ts";
import type { View } from "./view.ts";

export interface OpenTarget {
  readonly id: number;
  readonly view: View;
  /** Names to look at again before the target is consistent. */
  readonly pending: Set<string>;
  /** What the client holds: name to update time. */
  readonly sent: Map<string, number>;
  /** Named documents are checked against the rules at every change; a query is checked once, as a whole. */
  readonly checksEachDocument: boolean;
  readonly once: boolean;
  current: boolean;
  readonly unsubscribe: () => void;
}

interface OpenTargetParts {
  readonly id: number;
  readonly view: View;
  readonly checksEachDocument: boolean;
  readonly once: boolean;
  readonly unsubscribe: () => void;
}

export function openTarget(parts: OpenTargetParts): OpenTarget {
  return { ...parts, pending: new Set(), sent: new Map(), current: false };
}

/** A client that resumes holds documents the server no longer knows it has: it must start over (RESET). */
export function wantsResume(target: Target): boolean {
  return (target.resumeToken != null && target.resumeToken.length > 0) || target.readTime != null;
}
