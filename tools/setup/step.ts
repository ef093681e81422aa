// A step of setup: what it makes sure of, what of that is missing now, and making it. Nothing is remembered between runs:
// the project itself says how far an earlier run came, so a run that was killed anywhere is simply begun again.

export interface Step {
  readonly name: string;
  /** Names of the steps without which this one cannot look. */
  readonly needs: readonly string[];
  /** Lines for a person: all that it makes sure of. */
  readonly wants: readonly string[];
  /** Those that are not there yet; none when everything is. Throws where something stands in the way, with the remedy. */
  missing(): Promise<readonly string[]>;
  apply(missing: readonly string[]): Promise<void>;
}

/** asWanted: there was nothing to do. planned: a dry run would do it. */
type StepStatus = "asWanted" | "made" | "planned";

export interface StepReport {
  readonly step: string;
  readonly status: StepStatus;
  /** Lines of the things that were made, or would be. */
  readonly lines: readonly string[];
}

export interface RunRules {
  readonly isDry: boolean;
  /** Told of every step as it ends. */
  readonly report: (report: StepReport) => void;
  /** Told before a step begins to make something. */
  readonly begins: (step: Step, missing: readonly string[]) => void;
}

/** In order. Throws with the step's name when one fails, or when something is still missing after it. */
export async function runSteps(steps: readonly Step[], rules: RunRules): Promise<readonly StepReport[]> {
  const reports: StepReport[] = [];
  const open = new Set<string>();
  for (const step of steps) {
    const report = await named(step, () => runStep(step, open, rules));
    if (report.status === "planned") open.add(step.name);
    reports.push(report);
    rules.report(report);
  }
  return reports;
}

async function runStep(step: Step, open: ReadonlySet<string>, rules: RunRules): Promise<StepReport> {
  const { name, needs, wants } = step;
  if (needs.some((each) => open.has(each))) return { step: name, status: "planned", lines: wants };
  const missing = await step.missing();
  if (missing.length === 0) return { step: name, status: "asWanted", lines: [] };
  if (rules.isDry) return { step: name, status: "planned", lines: missing };
  rules.begins(step, missing);
  await step.apply(missing);
  const left = await step.missing();
  if (left.length > 0) throw new Error(`still missing afterwards: ${left.join("; ")}`);
  return { step: name, status: "made", lines: missing };
}

async function named<T>(step: Step, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Setup stopped at "${step.name}": ${said}`, { cause });
  }
}
