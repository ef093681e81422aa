// One clear line per noteworthy event on stdout, as the supervisor expects from every part of the stack.
// It must not buffer: what was logged before a kill has been seen.

export type LogLine = (text: string) => void;

/** A log that prefixes each line with the part's name. */
export function stdoutLog(part: string): LogLine {
  return (text) => {
    process.stdout.write(`[${part}] ${text}\n`);
  };
}
