// `rebuild`: compares the books with the records of journal and NAV series, and mends them with --write.
import { planPeakRebuild, planRebuild, recordOfDrop } from "#app/rebuild";
import type { OperatorParts } from "#tools/target/parts.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, writing } from "#tools/target/verbs.ts";

const ACTOR = "ballast rebuild";

export const rebuild: AddNoun = (program) => {
  const noun = program.command("rebuild").description("Books or peak made anew from their records");
  writing(noun, "state <accountId>", "Control document, orders and groups from the journal").action(
    (accountId: string, values: TargetValues) => onTarget(values, (parts) => state(parts, accountId)),
  );
  writing(noun, "peak <accountId>", "Drop the peak: the NAV schedule makes it from the NAV series").action(
    (accountId: string, values: TargetValues) => onTarget(values, (parts) => peak(parts, accountId)),
  );
};

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
