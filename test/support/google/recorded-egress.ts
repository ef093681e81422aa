// Google's answers about networks, for tests, in the shapes of the Compute Engine v1 reference. A part shows as soon as it is
// begun; what stands on it is refused until its operation is done, as Compute Engine refuses a resource that is not ready.
import type { RestAnswer } from "#tools/setup/google/rest.ts";
import { ok, refused } from "./rest-answers.ts";

export interface ComputeState {
  /** By their path below `compute/v1/`. */
  readonly resources: Record<string, Readonly<Record<string, unknown>>>;
  /** Requests until each is ready, by its path. */
  readonly pending: Record<string, number>;
}

const OPERATION_REQUESTS = 3;
const ROOT = "https://compute.googleapis.com/compute/v1/";

/** Null: not an address of Compute Engine. */
export function computeAnswer(
  state: ComputeState,
  line: string,
  body: Readonly<Record<string, unknown>>,
): RestAnswer | null {
  const match = /^(GET|POST|PATCH) compute\.googleapis\.com\/compute\/v1\/(.+)$/.exec(line);
  if (match === null) return null;
  const [, method, path = ""] = match;
  for (const [name, left] of Object.entries(state.pending)) state.pending[name] = left - 1;
  if (method === "GET") return found(state, path);
  if (method === "POST") return begun(state, `${path}/${String(body.name)}`, body);
  const present = state.resources[path];
  if (present === undefined) return refused(404, "not found");
  return made(state, path, { ...present, ...body });
}

function found(state: ComputeState, path: string): RestAnswer {
  const [, resource] = /operations\/of-(.+)$/.exec(path) ?? [];
  if (resource !== undefined)
    return ok(operationOf(resource, isReady(state, decodeURIComponent(resource)) ? "DONE" : "RUNNING"));
  const present = state.resources[path];
  if (present === undefined) return refused(404, `The resource '${path}' was not found`);
  return ok({ ...present, selfLink: `${ROOT}${path}` });
}

function begun(state: ComputeState, path: string, body: Readonly<Record<string, unknown>>): RestAnswer {
  if (state.resources[path] !== undefined) return refused(409, `The resource '${path}' already exists`);
  const fault = bodyFault(path, body);
  if (fault !== null) return refused(400, fault);
  for (const named of namedIn(body)) {
    if (state.resources[named] === undefined) return refused(404, `The resource '${named}' was not found`);
    if (!isReady(state, named)) return refused(400, `The resource '${named}' is not ready`);
  }
  const isAddress = path.includes("/addresses/");
  return made(state, path, isAddress ? { ...body, address: "203.0.113.7", status: "RESERVED" } : body);
}

/** Refused by the reference: what a part cannot be without. */
function bodyFault(path: string, body: Readonly<Record<string, unknown>>): string | null {
  if (path.includes("/subnetworks/") && typeof body.ipCidrRange !== "string")
    return "Required field ipCidrRange";
  if (path.includes("/networks/") && body.autoCreateSubnetworks !== false)
    return "Legacy or auto mode network";
  for (const nat of (body.nats ?? []) as readonly Readonly<Record<string, unknown>>[])
    if (nat.natIpAllocateOption === "MANUAL_ONLY" && ((nat.natIps ?? []) as readonly unknown[]).length === 0)
      return "natIps must be set for MANUAL_ONLY";
  return null;
}

function made(state: ComputeState, path: string, resource: Readonly<Record<string, unknown>>): RestAnswer {
  state.resources[path] = resource;
  state.pending[path] = OPERATION_REQUESTS;
  return ok(operationOf(encodeURIComponent(path), "RUNNING"));
}

const isReady = ({ pending }: ComputeState, path: string): boolean => (pending[path] ?? 0) <= 0;

function operationOf(resource: string, status: "RUNNING" | "DONE"): object {
  return {
    kind: "compute#operation",
    name: `of-${resource}`,
    status,
    selfLink: `${ROOT}operations/of-${resource}`,
  };
}

/** Every resource that a body names by its address. */
function namedIn(body: Readonly<Record<string, unknown>>): readonly string[] {
  return [
    ...JSON.stringify(body).matchAll(/"https:\/\/compute\.googleapis\.com\/compute\/v1\/([^"]+)"/g),
  ].map(([, path = ""]) => path);
}
