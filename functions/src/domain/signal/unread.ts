// Fields that could not be read. An entry is refused for any of them, since it may have meant something else; an exit only
// for one that it needs. Either way each is named.
import { SignalFault, type SignalFaultCode } from "./fault.ts";

export interface UnreadField {
  /** The name that Ballast has for it, or the sender's where it has none. */
  readonly field: string;
  /** Whether the sender left it empty: then nothing was meant by it, and nothing contradicts it. */
  readonly isEmpty: boolean;
  readonly code: SignalFaultCode;
  /** Names the field. */
  readonly fault: string;
  readonly remedy: string;
}

/** Kinds of fault from the one that explains the others to the one that is explained. */
const PRECEDENCE: readonly SignalFaultCode[] = [
  "BODY_UNREADABLE",
  "AMBIGUOUS_SIGNAL",
  "SIZE_UNIT_MISSING",
  "EXIT_UNIT_MISSING",
  "PLACEHOLDER_UNFILLED",
  "FIELD_INVALID",
];

/** One fault for all of them; null when there are none. */
export function faultOfFields(unread: readonly UnreadField[]): SignalFault | null {
  const [first] = unread.toSorted((a, b) => PRECEDENCE.indexOf(a.code) - PRECEDENCE.indexOf(b.code));
  if (first === undefined) return null;
  const faults = unread.map(({ fault }) => fault);
  return new SignalFault(first.code, faults, first.remedy);
}
