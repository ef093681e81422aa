// The ground of a project at Google: its wire, its names, its clock, its deployments.
import type { DeployPart } from "../cloud-project.ts";
import type { Rest } from "./rest.ts";

export interface GoogleProjectParts {
  readonly rest: Rest;
  readonly projectId: string;
  readonly location: string;
  readonly sleep: (durationMs: number) => Promise<void>;
  /** `firebase deploy --only …`; rejects when it failed. */
  readonly deploy: (parts: readonly DeployPart[]) => Promise<void>;
}
