// google.protobuf.Timestamp and Duration as the proto loader gives them, to and from milliseconds.

/** A point in time since 1970, or a length: both have this shape. */
export interface WireTime {
  readonly seconds: number;
  readonly nanos: number;
}

export function wireTimeOf(ms: number): WireTime {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

export function millisOf(time: WireTime): number {
  return Number(time.seconds) * 1000 + time.nanos / 1e6;
}
