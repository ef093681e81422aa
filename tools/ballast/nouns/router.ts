// `router`: how an account's orders went, by symbol and strategy, the health of the last hour, and how outcomes tune the way in
// which entries begin. Reads only.
import { readableConfig } from "#app/accounts";
import { decode } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { AutotuneConfig } from "#domain/documents/route.ts";
import type { Tuning } from "#domain/documents/tuning.ts";
import type { RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";
import { executionHealthSchema, routerTelemetrySchema } from "#schemas/telemetry.ts";
import { tuningSchema } from "#schemas/tuning.ts";
import type { OperatorParts } from "#tools/target/parts.ts";
import { healthLines, routerLines } from "#tools/target/router-lines.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { tuningHistoryLines, tuningLines } from "#tools/target/tuning-lines.ts";
import { type AddNoun, onTarget, reading } from "#tools/target/verbs.ts";

export const router: AddNoun = (program) => {
  const noun = program
    .command("router")
    .description("How orders went: prices, fees, waits, refusals; and what that tunes");
  reading(
    noun,
    "show <accountId>",
    "A row for each symbol and strategy, the last hour's health, and tuning",
  ).action((accountId: string, values: TargetValues) => onTarget(values, (parts) => show(parts, accountId)));
  reading(noun, "tuning <accountId>", "What is tuned or proposed, why, and what has moved").action(
    (accountId: string, values: TargetValues) => onTarget(values, (parts) => showTuning(parts, accountId)),
  );
};

async function show(parts: OperatorParts, accountId: string): Promise<void> {
  const { documents, clock, say } = parts;
  const [execution] = await documents.getAll([paths.telemetry(accountId, "execution")]);
  if (execution === undefined) throw new Error("The store answered with fewer documents than were asked for");
  const { router, tuning, autotune } = await readTuning(parts, accountId);
  for (const line of routerLines(router)) say(line);
  for (const line of healthLines(decode(executionHealthSchema, execution), clock.nowMs())) say(line);
  for (const line of tuningLines(tuning, router, autotune)) say(line);
}

async function showTuning(parts: OperatorParts, accountId: string): Promise<void> {
  const { router, tuning, autotune } = await readTuning(parts, accountId);
  for (const line of tuningLines(tuning, router, autotune)) parts.say(line);
  for (const line of tuningHistoryLines(tuning)) parts.say(line);
}

interface ReadTuning {
  readonly router: RouterTelemetry | null;
  readonly tuning: Tuning | null;
  /** Null for an account without a config. */
  readonly autotune: AutotuneConfig | null;
}

async function readTuning({ documents }: OperatorParts, accountId: string): Promise<ReadTuning> {
  const telemetry = ["router", "tuning"].map((kind) => paths.telemetry(accountId, kind));
  const [router, tuning, config] = await documents.getAll([...telemetry, paths.config(accountId)]);
  if (router === undefined || tuning === undefined || config === undefined)
    throw new Error("The store answered with fewer documents than were asked for");
  const inForce = config.data === null ? null : await readableConfig(documents, accountId, config);
  return {
    router: decode(routerTelemetrySchema, router),
    tuning: decode(tuningSchema, tuning),
    autotune: inForce?.router.autotune ?? null,
  };
}
