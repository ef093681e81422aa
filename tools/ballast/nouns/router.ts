// `router`: how an account's orders went, by symbol and strategy, and the health of the last hour. Reads only.
import { decode } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { executionHealthSchema, routerTelemetrySchema } from "#schemas/telemetry.ts";
import type { OperatorParts } from "#tools/target/parts.ts";
import { healthLines, routerLines } from "#tools/target/router-lines.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, onTarget, reading } from "#tools/target/verbs.ts";

export const router: AddNoun = (program) => {
  const noun = program.command("router").description("How orders went: prices, fees, waits, refusals");
  reading(noun, "show <accountId>", "A row for each symbol and strategy, and the last hour's health").action(
    (accountId: string, values: TargetValues) => onTarget(values, (parts) => show(parts, accountId)),
  );
};

async function show({ documents, clock, say }: OperatorParts, accountId: string): Promise<void> {
  const wanted = [paths.telemetry(accountId, "router"), paths.telemetry(accountId, "execution")];
  const [router, execution] = await documents.getAll(wanted);
  if (router === undefined || execution === undefined)
    throw new Error("The store answered with fewer documents than were asked for");
  for (const line of routerLines(decode(routerTelemetrySchema, router))) say(line);
  for (const line of healthLines(decode(executionHealthSchema, execution), clock.nowMs())) say(line);
}
