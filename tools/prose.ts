// `npm run prose`: how many comments and texts break the mechanical rules of docs/STYLE.md; `--list TEXT` shows the places
// of the rules whose name holds TEXT. The exit code is always 0; test/tidy-docs.test.ts fails on the same places.
import { parseArgs } from "node:util";
import { PROSE_RULES } from "./house/prose.ts";
import { sourcesBelow } from "./house/source.ts";

const { values } = parseArgs({ options: { list: { type: "string" } } });
const files = sourcesBelow("functions/src", "hosting/src", "strategies", "local", "tools", "test");
for (const { name, places } of PROSE_RULES) {
  const found = files.flatMap(places);
  process.stdout.write(`${String(found.length).padStart(5)}  ${name}\n`);
  if (values.list !== undefined && name.includes(values.list))
    for (const place of found) process.stdout.write(`       ${place}\n`);
}
