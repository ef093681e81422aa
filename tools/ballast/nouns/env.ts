// `env`: the database's own label, which every process compares with its setting before it acts. It is written once:
// a label that stands is never changed by a command.
import { paths } from "#domain/documents/paths.ts";
import { partsOf, sayTarget } from "#tools/target/parts.ts";
import { functionAddress, type TargetValues, targetOf } from "#tools/target/target.ts";
import { type AddNoun, onTarget, reading, writing } from "#tools/target/verbs.ts";

export const environment: AddNoun = (program) => {
  const noun = program.command("env").description("The environment that a database belongs to");
  reading(noun, "show", "The label, and the addresses that follow from it").action((values: TargetValues) =>
    onTarget(values, async ({ target, say }) => {
      say(`environment ${target.environment}, as the database is labelled`);
      for (const name of ["webhook", "commands"] as const) say(`${name}  ${functionAddress(target, name)}`);
    }),
  );
  writing(noun, "label", "Label a new database with --environment").action(label);
};

async function label(values: TargetValues): Promise<void> {
  const target = targetOf(values);
  sayTarget(target, values);
  const parts = partsOf(target);
  try {
    const [snapshot] = await parts.documents.getAll([paths.environment]);
    if (snapshot?.data != null) {
      await parts.guard();
      return parts.say(`The database is labelled ${target.environment} already`);
    }
    await parts.documents.commit([
      { op: "create", path: paths.environment, data: { name: target.environment } },
    ]);
    if (!target.writes) console.error("Nothing was written (--write writes)");
  } finally {
    await parts.close();
  }
}
