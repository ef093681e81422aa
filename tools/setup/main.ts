// `npm run setup`: from an empty project to one fill at the paper venue. Says everything that it would do, asks once, does
// it; killed anywhere and run again it goes on, and run once more it changes nothing.
import { Command } from "commander";
import { localPaperOrigins, PROJECT_ID } from "#local/stack/settings.ts";
import { NO_VENUE, partsOf } from "#tools/target/parts.ts";
import { type Target, targetOf } from "#tools/target/target.ts";
import { type Answers, flagOf, questions, type RawAnswers, readAnswers } from "./answers.ts";
import { completed, confirmed } from "./ask.ts";
import { closingLines } from "./closing-lines.ts";
import { projectOf } from "./project-of.ts";
import type { Keepsakes, SetupParts } from "./setup-parts.ts";
import { runSteps, type StepReport } from "./step.ts";
import { allSteps } from "./steps/all-steps.ts";
import { keepsakesOf, setupParts } from "./system-parts.ts";

interface SetupValues extends RawAnswers {
  readonly environment: string;
  readonly project: string;
  readonly allowProd: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Under this name the answers are kept. */
const ANSWERS = "answers";

function program(): Command {
  const command = new Command("setup")
    .description("From an empty Google project to one fill at the paper venue")
    .requiredOption("--environment <name>", "local, staging or prod")
    .option("--project <id>", "the Google project", PROJECT_ID)
    .option("--allow-prod", "on prod too", false)
    .option("--dry-run", "say everything, do nothing", false)
    .option("--yes", "ask nothing: usual answers, and no confirmation", false)
    .option("--json", "one JSON object for machines", false);
  for (const { name, ask, usual } of questions(false, null))
    command.option(
      `${flagOf(name)} <value>`,
      usual === null || usual === "" ? ask : `${ask} (usual: ${usual})`,
    );
  return command;
}

async function run(values: SetupValues): Promise<void> {
  const target = targetOf({ ...values, write: !values.dryRun });
  const keepsakes = keepsakesOf(target);
  const answers = await answersOf(values, target, keepsakes);
  // Every write is said as a step's line already.
  const operator = partsOf(target, NO_VENUE, () => {});
  const parts = setupParts(operator, { answers, keepsakes, project: projectOf(target) });
  try {
    const reports = await carryOut(parts, values);
    const closing = values.dryRun ? [] : await closingLines(parts, target, operator.auth());
    if (values.json) console.log(JSON.stringify({ dryRun: values.dryRun, steps: reports, closing }, null, 2));
    else for (const line of closing) console.log(line);
  } finally {
    await operator.close();
  }
}

async function answersOf(values: SetupValues, target: Target, keepsakes: Keepsakes): Promise<Answers> {
  const { localPorts } = target;
  const asked = questions(localPorts !== null, localPorts === null ? null : localPaperOrigins(localPorts));
  const kept = JSON.parse(keepsakes.get(ANSWERS) ?? "{}") as RawAnswers;
  const flags = Object.fromEntries(
    asked.flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
  const raw = await completed(asked, { ...kept, ...flags }, isInteractive(values));
  const answers = readAnswers(raw);
  if (!values.dryRun) keepsakes.put(ANSWERS, JSON.stringify(raw));
  return answers;
}

function isInteractive({ yes, json }: SetupValues): boolean {
  return process.stdin.isTTY === true && !yes && !json;
}

/** A dry run first, whatever was asked: people see all of it before the first change. */
async function carryOut(parts: SetupParts, values: SetupValues): Promise<readonly StepReport[]> {
  const steps = allSteps(parts);
  const say = (line: string): void => (values.json ? console.error(line) : console.log(line));
  const shown = (report: StepReport): void => sayReport(report, say);
  const begins = ({ name }: { readonly name: string }): void => say(`… ${name}`);
  if (values.dryRun) return await runSteps(steps, { isDry: true, report: shown, begins });
  if (!values.yes) {
    const planned = await runSteps(steps, { isDry: true, report: shown, begins });
    if (planned.every(({ status }) => status === "asWanted")) return planned;
    if (!isInteractive(values)) throw new Error("There is no terminal to confirm this at: say --yes");
    if (!(await confirmed(`Do this in ${parts.projectId} (${parts.environment})?`))) return planned;
  }
  return await runSteps(steps, { isDry: false, report: shown, begins });
}

const MARKS = { asWanted: "as wanted", made: "made     ", planned: "would make" } as const;

function sayReport({ step, status, lines }: StepReport, say: (line: string) => void): void {
  say(`${MARKS[status]}  ${step}`);
  for (const line of lines) say(`             ${line}`);
}

try {
  await run(program().parse().opts<SetupValues>());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
