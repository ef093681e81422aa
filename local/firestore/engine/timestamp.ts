// google.protobuf.Timestamp to and from microseconds. Firestore keeps microseconds; finer digits are rounded down.
import { invalidArgument } from "./status.ts";

/** A timestamp before it is checked, as the protocol's transports decode it. */
export interface RawTimestamp {
  readonly seconds?: string | number | null;
  readonly nanos?: number | null;
}

export interface Timestamp {
  readonly seconds: string;
  readonly nanos: number;
}

const MICROS_PER_SECOND = 1_000_000;
const NANOS_PER_MICRO = 1000;
const NANOS_PER_SECOND = 1_000_000_000;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the range of google.protobuf.Timestamp. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

export function timestampFromMicros(micros: number): Timestamp {
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  return { seconds: String(seconds), nanos: (micros - seconds * MICROS_PER_SECOND) * NANOS_PER_MICRO };
}

/** A checked timestamp, rounded down to the microsecond. Throws INVALID_ARGUMENT outside the protocol's range. */
export function canonicalTimestamp(raw: RawTimestamp): Timestamp {
  const seconds = Number(raw.seconds ?? 0);
  const nanos = Number(raw.nanos ?? 0);
  if (!Number.isInteger(seconds) || seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
    throw invalidArgument(`Timestamp seconds out of range: ${String(raw.seconds)}`);
  }
  if (!Number.isInteger(nanos) || nanos < 0 || nanos >= NANOS_PER_SECOND) {
    throw invalidArgument(`Timestamp nanos out of range: ${String(raw.nanos)}`);
  }
  return { seconds: String(seconds), nanos: nanos - (nanos % NANOS_PER_MICRO) };
}

/** Microseconds since the epoch, or undefined when the timestamp is finer than a microsecond. */
export function exactMicros(raw: RawTimestamp): number | undefined {
  const nanos = Number(raw.nanos ?? 0);
  if (nanos % NANOS_PER_MICRO !== 0) return undefined;
  return Number(raw.seconds ?? 0) * MICROS_PER_SECOND + nanos / NANOS_PER_MICRO;
}

export function microsOf(raw: RawTimestamp): number {
  return Number(raw.seconds ?? 0) * MICROS_PER_SECOND + Math.floor(Number(raw.nanos ?? 0) / NANOS_PER_MICRO);
}
