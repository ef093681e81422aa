// The operator's own way to Google: credentials of `gcloud auth application-default login`, and firebase-tools for
// deployments. Made on first use: nothing here runs for the local stack.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { applicationDefault } from "firebase-admin/app";
import { REGION } from "#entry/options.ts";
import type { CloudProject, DeployPart } from "../cloud-project.ts";
import { createGoogleProject } from "./google-project.ts";
import { createRest, fetchTransport } from "./rest.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

export function connectGoogle(projectId: string): CloudProject {
  return createGoogleProject({
    rest: createRest(fetchTransport(projectId, accessToken)),
    projectId,
    location: REGION,
    sleep,
    deploy: (parts) => firebaseDeploy(projectId, parts),
  });
}

export async function accessToken(): Promise<string> {
  try {
    const { access_token: token } = await applicationDefault().getAccessToken();
    return token;
  } catch (cause) {
    throw new Error("No credentials of Google: run `gcloud auth application-default login`", { cause });
  }
}

function firebaseDeploy(projectId: string, parts: readonly DeployPart[]): Promise<void> {
  const cli = join(ROOT, "node_modules", "firebase-tools", "lib", "bin", "firebase.js");
  const args = ["deploy", "--only", parts.join(","), "--project", projectId, "--non-interactive", "--force"];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: ROOT, stdio: ["ignore", 2, 2] });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`firebase deploy ended with exit code ${code}; see above`)),
    );
  });
}
