// The project behind a target: Google's, or the local stack.
import type { Target } from "#tools/target/target.ts";
import type { CloudProject } from "./cloud-project.ts";
import { connectGoogle } from "./google/connect.ts";
import { createLocalProject } from "./local/local-project.ts";

export function projectOf({ localPorts, projectId }: Target): CloudProject {
  return localPorts === null ? connectGoogle(projectId) : createLocalProject(localPorts);
}
