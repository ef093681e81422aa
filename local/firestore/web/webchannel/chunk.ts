// WebChannel's framing: a length, a line break, then that many UTF-16 units of JSON. The browser counts in string
// units, so a length in bytes would break the channel at the first character beyond ASCII.

/** One chunk of a channel's response, on the back channel and in replies to POSTs alike. */
export function chunk(json: string): string {
  return `${json.length}\n${json}`;
}
