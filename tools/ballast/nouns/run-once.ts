// `run-once`: one pass of a schedule on a deployment, now. Its effect is what the schedule does every time.
import type { Command } from "commander";
import { FUNCTIONS } from "#entry/options.ts";
import { projectOf } from "#tools/setup/project-of.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, writing } from "#tools/target/verbs.ts";

/** Every function that a schedule calls. */
const SCHEDULES: readonly string[] = Object.entries(FUNCTIONS).flatMap(([name, options]) =>
  "schedule" in options ? [name] : [],
);

export const runOnce: AddNoun = (program) => {
  const noun = program.command("run-once").description("One pass of a schedule, now");
  for (const name of SCHEDULES) addSchedule(noun, name);
};

function addSchedule(noun: Command, name: string): void {
  writing(noun, name, `Run ${name} once`).action((values: TargetValues) =>
    onTarget(values, async ({ target, say, writes }) => {
      say(`${writes ? "Running" : "Would run"} ${name}`);
      if (writes) await projectOf(target).runSchedule(name);
    }),
  );
}
