// Loaded into setup before it runs: ends the process, by itself and at once, as a change begins at which no run before was
// ended. The one who reads the output would be too late on a busy machine, and the change be done.

/** Names of the changes at which runs before were ended, as JSON. */
const VARIABLE = "BALLAST_TEST_ENDED_AT";
const BEGINS = /^… (.+)$/gm;

const ended: ReadonlySet<string> = new Set(JSON.parse(process.env[VARIABLE] ?? "[]") as string[]);

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream) as (...all: readonly unknown[]) => boolean;
  stream.write = (...all: readonly unknown[]): boolean => {
    // A pipe is written to at once on this kind of system, so the line is out.
    const isTaken = write(...all);
    const begun = [...String(all[0]).matchAll(BEGINS)].map(([, name = ""]) => name);
    if (begun.some((name) => !ended.has(name))) process.kill(process.pid, "SIGKILL");
    return isTaken;
  };
}
