// Operator command: lists dead letters and replays one. Acts on the local stack unless told otherwise, prints what it
// is about to do, and refuses `prod` without --allow-prod.
//   node tools/dead-letters.ts list
//   node tools/dead-letters.ts replay <deadLetterId> [--valid-for-s 60]
import { parseArgs } from "node:util";
import { replayDeadLetter } from "../functions/src/app/replayDeadLetter.ts";
import { systemParts } from "./operator.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    environment: { type: "string", default: "local" },
    project: { type: "string", default: "demo-ballast" },
    "allow-prod": { type: "boolean", default: false },
    "valid-for-s": { type: "string" },
  },
});

const USAGE =
  "Usage: dead-letters.ts list | replay <deadLetterId> [--valid-for-s SECONDS] [--environment NAME --project ID]";
const LISTED = 50;

async function main(): Promise<void> {
  const [command, id] = positionals;
  const parts = await systemParts({
    environment: values.environment,
    projectId: values.project,
    writes: command === "replay",
    allowProd: values["allow-prod"],
  });
  try {
    if (command === "list") return await list(parts);
    if (command === "replay" && id !== undefined) {
      const intent = await replayDeadLetter(parts, id, validForMs());
      console.log(`Replayed ${id}: intent ${intent.intentId} for account ${intent.accountId} is on its way`);
      return;
    }
    throw new Error(USAGE);
  } finally {
    await parts.close();
  }
}

async function list(parts: Awaited<ReturnType<typeof systemParts>>): Promise<void> {
  const letters = await parts.documents.query({
    collection: "deadLetters",
    orderBy: { field: "atMs", direction: "desc" },
    limit: LISTED,
  });
  if (letters.length === 0) console.log("No dead letters");
  for (const { data } of letters) {
    const state = data?.replayedAtMs === null ? "waiting" : "replayed";
    console.log(
      `${String(data?.deadLetterId)}  ${String(data?.accountId)}  ${state}  ${String(data?.reason)}`,
    );
  }
}

function validForMs(): number | null {
  const raw = values["valid-for-s"];
  if (raw === undefined) return null;
  const seconds = Number(raw);
  if (!(seconds > 0)) throw new Error(`--valid-for-s ${raw} is not a number of seconds above 0`);
  return seconds * 1_000;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
