// Every step of setup, in order: the project, secrets, documents, people, then the code that acts on them, and the proof.
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";
import { backups } from "./backup-step.ts";
import { functions, policies, settings } from "./deploy-steps.ts";
import { documentSteps } from "./document-steps.ts";
import { fixedAddress, functionsBehindIt } from "./egress-steps.ts";
import { logAlerts } from "./log-alert-step.ts";
import { projectSteps, roles } from "./project-steps.ts";
import { proof } from "./proof-step.ts";
import { secretSteps } from "./secret-steps.ts";
import { firstUser } from "./user-step.ts";

export function allSteps(parts: SetupParts): readonly Step[] {
  return [
    ...projectSteps(parts),
    backups(parts),
    logAlerts(parts),
    ...fixedAddress(parts),
    ...secretSteps(parts),
    policies(parts),
    ...documentSteps(parts),
    firstUser(parts),
    settings(parts),
    functions(parts),
    roles(parts, "after deploy"),
    ...functionsBehindIt(parts),
    proof(parts),
  ];
}
