// Operator command: compares the books with what journal and NAV series tell, and mends them with --write.
//   node tools/rebuild.ts state <accountId> [--write]     control document, orders and groups from the journal
//   node tools/rebuild.ts peak <accountId> [--write]      drops the peak: the NAV schedule makes it from the NAV series
import { parseArgs } from "node:util";
import { planPeakRebuild, planRebuild, recordOfDrop } from "#app/rebuild";
import { type OperatorParts, runTool, TARGET_OPTIONS, TARGET_USAGE } from "./operate/operator.ts";

const USAGE = `Usage: rebuild.ts state|peak <accountId> ${TARGET_USAGE}`;
const ACTOR = "tools/rebuild";

const { values, positionals } = parseArgs({ allowPositionals: true, options: TARGET_OPTIONS });

runTool(values, async (parts) => {
  const [what, accountId] = positionals;
  if (accountId === undefined) throw new Error(USAGE);
  if (what === "state") return await state(parts, accountId);
  if (what === "peak") return await peak(parts, accountId);
  throw new Error(USAGE);
});

async function state(parts: OperatorParts, accountId: string): Promise<void> {
  const { differing, compared, lastSeq, writes } = await planRebuild(parts, accountId, ACTOR);
  parts.say(
    `${compared} documents compared with the journal up to entry ${lastSeq}, ${differing.length} differ`,
  );
  for (const { path, why } of differing) parts.say(`  ${path}: ${why}`);
  if (writes.length > 0) await parts.documents.commit(writes);
}

async function peak(parts: OperatorParts, accountId: string): Promise<void> {
  const plan = await planPeakRebuild(parts.documents, accountId);
  const { present, rebuilt, samples, writes } = plan;
  const now =
    present === null || present === "unreadable"
      ? (present ?? "missing")
      : `${present.peakUsd} USD of ${new Date(present.peakAtMs).toISOString()}, baseline ${present.baselineId}`;
  parts.say(`Stored peak: ${now}`);
  parts.say(
    `From ${samples} NAV samples: ${rebuilt.peakUsd} USD of ${new Date(rebuilt.peakAtMs).toISOString()}, baseline ${rebuilt.baselineId}`,
  );
  parts.say("The stored one is dropped and made anew by the next NAV run; entries wait for it");
  const record = recordOfDrop(accountId, plan, ACTOR, parts.clock.nowMs());
  await parts.documents.commit([...writes, ...record]);
}
