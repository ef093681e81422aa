// Operator command: lists the versions of stored documents, and stores those that nobody rewrites in the present shape.
// Acts on the local stack unless told otherwise, writes only with --write, and refuses `prod` without --allow-prod.
//   node tools/upgrade.ts list
//   node tools/upgrade.ts write [hook] [account] [config] --write
import { parseArgs } from "node:util";
import { presentRelease } from "#app/documents";
import { runTool, TARGET_OPTIONS, TARGET_USAGE } from "./operate/operator.ts";
import { countVersions, RAISED_KINDS, raiseVersions } from "./operate/upgrades.ts";

const USAGE = `Usage: upgrade.ts list | write [${RAISED_KINDS.join("] [")}] ${TARGET_USAGE}`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: TARGET_OPTIONS });

runTool(values, async ({ documents, say, writes }) => {
  const [command, ...names] = positionals;
  const release = presentRelease("new");
  if (command === "list") {
    for (const { kind, version, count, since, isNewer } of await countVersions(documents, release)) {
      const stamp = version === null ? "1 (no stamp)" : String(version);
      const told = isNewer ? "  NOT READ BY THIS RELEASE" : "";
      say(`${kind}  version ${stamp}  ${count}  read from release ${since} on${told}`);
    }
    return;
  }
  const kinds = names.length === 0 ? RAISED_KINDS : RAISED_KINDS.filter((kind) => names.includes(kind));
  if (command !== "write" || (names.length > 0 && kinds.length !== names.length)) throw new Error(USAGE);
  const count = await raiseVersions(documents, release, kinds);
  say(`${writes ? "Stored" : "Would store"} ${count} documents in the present shape`);
});
