// `state`: what an account may do now and why, in lines of text. Reads only.
import { readAccount } from "#tools/target/read-account.ts";
import { stateLines } from "#tools/target/state-lines.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, reading } from "#tools/target/verbs.ts";

export const state: AddNoun = (program) => {
  const noun = program.command("state").description("What an account may do now, and why");
  reading(noun, "show <accountId>", "Trading state, brakes, session, NAV, peak, alerts").action(
    (accountId: string, values: TargetValues) =>
      onTarget(values, async (parts) => {
        const read = await readAccount(parts.documents, accountId);
        for (const line of stateLines(read, parts.clock.nowMs())) parts.say(line);
      }),
  );
};
