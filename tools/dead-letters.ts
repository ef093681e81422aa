// Operator command: lists dead letters and replays one. Acts on the local stack unless told otherwise, writes only with
// --write, and refuses `prod` without --allow-prod.
//   node tools/dead-letters.ts list
//   node tools/dead-letters.ts replay <deadLetterId> [--valid-for-s 60] --write
import { parseArgs } from "node:util";
import { replayDeadLetter } from "#app/messages";
import { type OperatorParts, runTool, TARGET_OPTIONS, TARGET_USAGE } from "./operate/operator.ts";

const USAGE = `Usage: dead-letters.ts list | replay <deadLetterId> [--valid-for-s SECONDS] ${TARGET_USAGE}`;
const LISTED = 50;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...TARGET_OPTIONS, "valid-for-s": { type: "string" } },
});

runTool(values, async (parts) => {
  const [command, id] = positionals;
  if (command === "list") return await list(parts);
  if (command !== "replay" || id === undefined) throw new Error(USAGE);
  const { accountId, intentId } = await replayDeadLetter(parts, id, validForMs());
  const done = parts.writes ? "Replayed" : "Would replay";
  parts.say(`${done} ${id}: intent ${intentId} for account ${accountId}`);
});

async function list({ documents, say }: OperatorParts): Promise<void> {
  const letters = await documents.query({
    collection: "deadLetters",
    orderBy: { field: "atMs", direction: "desc" },
    limit: LISTED,
  });
  if (letters.length === 0) say("No dead letters");
  for (const { data } of letters) {
    const state = data?.replayedAtMs === null ? "waiting" : "replayed";
    say(`${String(data?.deadLetterId)}  ${String(data?.accountId)}  ${state}  ${String(data?.reason)}`);
  }
}

function validForMs(): number | null {
  const raw = values["valid-for-s"];
  if (raw === undefined) return null;
  const seconds = Number(raw);
  if (!(seconds > 0)) throw new Error(`--valid-for-s ${raw} is not a number of seconds above 0`);
  return seconds * 1_000;
}
