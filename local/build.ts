// Builds functions and dashboard when their sources changed: what `npm start` and `npm test` do before anything else.
import { join } from "node:path";
import { BuildError, buildChanged } from "#local/stack/build.ts";

try {
  await buildChanged(join(import.meta.dirname, ".."), (part, text) => {
    process.stdout.write(`${part}: ${text}\n`);
  });
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
