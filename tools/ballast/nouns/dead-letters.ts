// `dead-letters`: lists the messages that were given up and replays one.
import { replayDeadLetter } from "#app/messages";
import type { OperatorParts } from "#tools/target/parts.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, reading, writing } from "#tools/target/verbs.ts";

interface ReplayValues extends TargetValues {
  readonly validForS?: string;
}

const LISTED = 50;

export const deadLetters: AddNoun = (program) => {
  const noun = program.command("dead-letters").description("Messages that were given up");
  reading(noun, "list", "The newest, and whether they were replayed").action((values: TargetValues) =>
    onTarget(values, list),
  );
  writing(noun, "replay <deadLetterId>", "Send one again under its old id")
    .option("--valid-for-s <seconds>", "a new life for an expired intent")
    .action((id: string, values: ReplayValues) =>
      onTarget(values, async (parts) => {
        const { accountId, intentId } = await replayDeadLetter(parts, id, validForMs(values));
        const done = parts.writes ? "Replayed" : "Would replay";
        parts.say(`${done} ${id}: intent ${intentId} for account ${accountId}`);
      }),
    );
};

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

function validForMs({ validForS: raw }: ReplayValues): number | null {
  if (raw === undefined) return null;
  const seconds = Number(raw);
  if (!(seconds > 0)) throw new Error(`--valid-for-s ${raw} is not a number of seconds above 0`);
  return seconds * 1_000;
}
