// `npm run ballast -- <noun> <verb>`: the operator's one command line. Acts on the local stack unless told otherwise.
import { ballast } from "./program.ts";

try {
  await ballast().parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
