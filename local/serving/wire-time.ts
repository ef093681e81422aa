// google.protobuf.Timestamp and Duration as the proto loader gives them, to and from milliseconds.

export interface WireTimestamp {
  readonly seconds: number;
  readonly nanos: number;
}
export type WireDuration = WireTimestamp;

export function timestampOf(ms: number): WireTimestamp {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

export function millisOf(time: WireTimestamp): number {
  return Number(time.seconds) * 1000 + time.nanos / 1e6;
}

export const durationOf = timestampOf;
