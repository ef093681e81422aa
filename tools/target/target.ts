// Where a verb acts: the environment and project it was told, whether it writes, and the addresses that follow from
// both. An address is derived and never given: a command cannot be sent to another deployment by mistake.
import type { Environment } from "#domain/documents/account.ts";
import { type FUNCTIONS, REGION } from "#entry/options.ts";
import { type LocalPorts, resolvePorts } from "#local/ports.ts";
import { clientSettings, origin } from "#local/stack/settings.ts";
import { environmentName } from "#schemas/config.ts";
import { projectId as projectIdSchema } from "#schemas/settings.ts";

/** Options that every verb has. */
export interface TargetValues {
  readonly environment: string;
  readonly project: string;
  /** Absent on verbs that only read. */
  readonly write?: boolean;
  readonly allowProd?: boolean;
}

export interface Target {
  readonly environment: Environment;
  readonly projectId: string;
  /** False: a dry run, which says what it would do. */
  readonly writes: boolean;
  /** Null on every environment but `local`. */
  readonly localPorts: LocalPorts | null;
}

const DEMO_PROJECT = /^demo-/;

/** Throws with the cause and the remedy, before any connection is made. */
export function targetOf(values: TargetValues): Target {
  const environment = environmentName.parse(values.environment);
  const projectId = projectIdSchema.parse(values.project);
  const writes = values.write === true;
  const isReal = environment === "staging" || environment === "prod";
  if (isReal && DEMO_PROJECT.test(projectId))
    throw new Error(`--environment ${environment} needs a project of its own: --project ID`);
  if (!isReal && !DEMO_PROJECT.test(projectId))
    throw new Error(`${projectId} is a real project: say its environment, --environment staging or prod`);
  if (environment === "prod" && writes && values.allowProd !== true) {
    throw new Error(
      `This would write to prod (project ${projectId}); add --allow-prod if that is what you want`,
    );
  }
  return {
    environment,
    projectId,
    writes,
    localPorts: environment === "local" ? resolvePorts(process.env) : null,
  };
}

/** A function's address in the target's deployment. */
export function functionAddress(target: Target, name: keyof typeof FUNCTIONS): string {
  const { projectId, localPorts } = target;
  return localPorts === null
    ? `https://${REGION}-${projectId}.cloudfunctions.net/${name}`
    : `${origin(localPorts, "functions")}/${projectId}/${REGION}/${name}`;
}

/** Google's own clients find the local stack by its variables. */
export function useLocalStack(ports: LocalPorts): void {
  Object.assign(process.env, clientSettings(ports));
}
