// Who may do what, at the project, on a service account, on a function's Cloud Run service: read, and added to. A policy is
// written back with its etag, so that Google refuses it where somebody changed it meanwhile.
import type { CloudProject, GrantPlace, RoleGrant } from "../cloud-project.ts";
import type { GoogleProjectParts } from "./google-parts.ts";
import { type Fields, fieldsOf, listOf, type RestRequest } from "./rest.ts";

/** The version that knows conditions. */
const POLICY_VERSION = 3;
const SECRETS_ONLY = /^resource\.name\.extract\("secrets\/\{name\}\/"\)\.startsWith\("([^"]+)"\)$/;

export function policiesOf(parts: GoogleProjectParts): Pick<CloudProject, "grants" | "grant"> {
  const { rest } = parts;
  const policy = (on: GrantPlace): Promise<Fields> => rest.call(requestFor(addressOf(parts, on), on));
  return {
    grants: async (on) => grantsOf(await policy(on), on),
    async grant(grants) {
      const [first] = grants;
      if (first === undefined) return;
      const present = await policy(first.on);
      const bindings = [...listOf(present.bindings), ...grants.map(bindingOf)];
      const body = { policy: { ...present, version: POLICY_VERSION, bindings } };
      await rest.call({ method: "POST", url: `${addressOf(parts, first.on)}:setIamPolicy`, body });
    },
  };
}

/** Every API asks for the version in a place of its own, and refuses it in another's. */
function requestFor(address: string, { kind }: GrantPlace): RestRequest {
  const url = `${address}:getIamPolicy`;
  if (kind === "project")
    return { method: "POST", url, body: { options: { requestedPolicyVersion: POLICY_VERSION } } };
  const method = kind === "function" ? "GET" : "POST";
  return { method, url: `${url}?options.requestedPolicyVersion=${POLICY_VERSION}` };
}

function addressOf({ projectId, location }: GoogleProjectParts, on: GrantPlace): string {
  switch (on.kind) {
    case "project":
      return `https://cloudresourcemanager.googleapis.com/v1/projects/${projectId}`;
    case "serviceAccount": {
      const email = `${on.id}@${projectId}.iam.gserviceaccount.com`;
      return `https://iam.googleapis.com/v1/projects/${projectId}/serviceAccounts/${email}`;
    }
    case "function":
      // The service of a function has its name in lower case.
      return `https://run.googleapis.com/v2/projects/${projectId}/locations/${location}/services/${on.name.toLowerCase()}`;
  }
}

function bindingOf({ role, member, secretPrefix }: RoleGrant): object {
  if (secretPrefix === null) return { role, members: [member] };
  const expression = `resource.name.extract("secrets/{name}/").startsWith("${secretPrefix}")`;
  return { role, members: [member], condition: { title: `Secrets ${secretPrefix}`, expression } };
}

function grantsOf(policy: Fields, on: GrantPlace): readonly RoleGrant[] {
  return listOf(policy.bindings).flatMap((binding) => {
    const { role, members, condition } = fieldsOf(binding);
    const secretPrefix = SECRETS_ONLY.exec(String(fieldsOf(condition).expression))?.[1] ?? null;
    // A grant under another condition is none of ours.
    if (condition !== undefined && secretPrefix === null) return [];
    return listOf(members).map((member) => ({
      role: String(role),
      member: String(member),
      on,
      secretPrefix,
    }));
  });
}
