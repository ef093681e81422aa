// Operator command: what an account may do now and why, in lines of text. Reads only; --write does nothing more.
//   node tools/state.ts <accountId>
import { parseArgs } from "node:util";
import { runTool, TARGET_OPTIONS, TARGET_USAGE } from "./operate/operator.ts";
import { readAccount } from "./operate/read-account.ts";
import { stateLines } from "./operate/state-lines.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: TARGET_OPTIONS });

runTool(values, async (parts) => {
  const [accountId] = positionals;
  if (accountId === undefined) throw new Error(`Usage: state.ts <accountId> ${TARGET_USAGE}`);
  const account = await readAccount(parts.documents, accountId);
  for (const line of stateLines(account, parts.clock.nowMs())) parts.say(line);
});
