// State of a watched document. Unknown has its reason; it is never an empty value.

export type Watched<T> =
  | { readonly kind: "loading" }
  /** The server says that there is none. */
  | { readonly kind: "missing" }
  /** `fromCache`: last known, and the server is out of reach. */
  | { readonly kind: "value"; readonly value: T; readonly fromCache: boolean }
  /** Stored by a later release than this page's. */
  | { readonly kind: "newer"; readonly since: string }
  | { readonly kind: "unreadable"; readonly fault: string }
  | { readonly kind: "refused"; readonly code: string };

/** The value, or null when it is not known; `reasonUnknown` tells why. */
export function knownValue<T>(watched: Watched<T>): T | null {
  return watched.kind === "value" ? watched.value : null;
}

/** Why the value is unknown, in words that follow "unknown: ". */
export function reasonUnknown(watched: Watched<unknown>): string {
  switch (watched.kind) {
    case "loading":
      return "not loaded yet";
    case "missing":
      return "not written yet";
    case "newer":
      return `written by release ${watched.since}: reload the page, or deploy the page of that release`;
    case "unreadable":
      return `unreadable (${watched.fault})`;
    case "refused":
      return watched.code === "permission-denied"
        ? "you may not read it"
        : `reading failed (${watched.code})`;
    case "value":
      return "known";
  }
}
