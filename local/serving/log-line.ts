// One clear line per noteworthy event on stderr; stdout carries the ready line alone. It must not buffer: what was
// logged before a kill has been seen.

export type LogLine = (text: string) => void;

/** A log that begins each line with the server's name. */
export function stderrLog(server: string): LogLine {
  return (text) => {
    process.stderr.write(`${server}: ${text}\n`);
  };
}
