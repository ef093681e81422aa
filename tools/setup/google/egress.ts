// Network, subnetwork, address and router of Compute Engine (v1), and the network of a function (Cloud Functions v2). An
// operation of Compute Engine is asked for at its own address, and what a part stands on may be there and not ready yet.
import {
  EGRESS_ADDRESS_NAME,
  EGRESS_NAME,
  EGRESS_PARTS,
  EGRESS_RANGE,
  type EgressPart,
} from "#deploy/egress.ts";
import type { CloudProject } from "../cloud-project.ts";
import type { GoogleProjectParts } from "./google-parts.ts";
import { operation, thereBy } from "./operation.ts";
import { type Fields, fieldsOf, GoogleError, listOf } from "./rest.ts";

type EgressCalls =
  | "egressParts"
  | "createEgressPart"
  | "egressAddress"
  | "functionsWithEgress"
  | "giveEgress";

const BAD_REQUEST = 400;
const CONFLICT = 409;
const NETWORK_FIELDS = ["directVpcNetworkInterface", "directVpcEgress"].map(
  (field) => `serviceConfig.${field}`,
);

export function egressOf(parts: GoogleProjectParts): Pick<CloudProject, EgressCalls> {
  const { rest } = parts;
  const addresses = addressesOf(parts);
  return {
    async egressParts() {
      const found = new Set<EgressPart>();
      for (const part of EGRESS_PARTS) if (isWhole(part, await rest.find(addresses[part]))) found.add(part);
      return found;
    },
    createEgressPart: (part) => createPart(parts, part),
    async egressAddress() {
      const { address } = (await rest.find(addresses.address)) ?? {};
      return typeof address === "string" ? address : null;
    },
    ...functionsOf(parts),
  };
}

function functionsOf({
  rest,
  projectId,
  location,
  sleep,
}: GoogleProjectParts): Pick<CloudProject, "functionsWithEgress" | "giveEgress"> {
  const root = "https://cloudfunctions.googleapis.com/v2";
  const functions = `${root}/projects/${projectId}/locations/${location}/functions`;
  return {
    async functionsWithEgress() {
      const found = await rest.list(functions, "functions");
      return new Set(found.filter(hasEgress).map(({ name }) => String(name).replace(/^.*\//, "")));
    },
    async giveEgress(name) {
      const body = {
        serviceConfig: {
          directVpcNetworkInterface: [{ network: EGRESS_NAME, subnetwork: EGRESS_NAME }],
          directVpcEgress: "VPC_EGRESS_ALL_TRAFFIC",
        },
      };
      const url = `${functions}/${name}?updateMask=${NETWORK_FIELDS.join(",")}`;
      await operation(rest, root, await rest.call({ method: "PATCH", url, body }), sleep);
    },
  };
}

function hasEgress({ serviceConfig }: Fields): boolean {
  const { directVpcNetworkInterface, directVpcEgress } = fieldsOf(serviceConfig);
  const [first] = listOf(directVpcNetworkInterface).map(fieldsOf);
  return directVpcEgress === "VPC_EGRESS_ALL_TRAFFIC" && namesIt(first?.subnetwork);
}

/** Google answers with a name, or with the whole address of what it names. */
function namesIt(resource: unknown): boolean {
  return String(resource).replace(/^.*\//, "") === EGRESS_NAME;
}

function addressesOf({ projectId, location }: GoogleProjectParts): Readonly<Record<EgressPart, string>> {
  const project = `https://compute.googleapis.com/compute/v1/projects/${projectId}`;
  const region = `${project}/regions/${location}`;
  return {
    network: `${project}/global/networks/${EGRESS_NAME}`,
    subnetwork: `${region}/subnetworks/${EGRESS_NAME}`,
    address: `${region}/addresses/${EGRESS_ADDRESS_NAME}`,
    router: `${region}/routers/${EGRESS_NAME}`,
  };
}

function isWhole(part: EgressPart, found: Fields | null): boolean {
  if (found === null) return false;
  return part !== "router" || listOf(found.nats).some((nat) => fieldsOf(nat).name === EGRESS_NAME);
}

async function createPart(parts: GoogleProjectParts, part: EgressPart): Promise<void> {
  const { rest, sleep } = parts;
  const addresses = addressesOf(parts);
  const present = await rest.find(addresses[part]);
  const body = bodiesOf(addresses)[part];
  const request =
    present === null
      ? { method: "POST" as const, url: addresses[part].replace(/\/[^/]+$/, ""), body }
      : // A router that stands already keeps its other gateways.
        {
          method: "PATCH" as const,
          url: addresses[part],
          body: { nats: [...listOf(present.nats), ...gatewaysOf(addresses)] },
        };
  let begun: Fields | null = null;
  await thereBy(sleep, async () => {
    begun = await unlessNotReady(rest.call(request));
    return begun !== null;
  });
  if (begun !== null) await done(parts, begun);
  await thereBy(sleep, async () => isWhole(part, await rest.find(addresses[part])));
}

/** Null where something that it stands on is still being made. A conflict says that an earlier run began it. */
async function unlessNotReady(request: Promise<Fields>): Promise<Fields | null> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    if (error.status === CONFLICT) return { status: "DONE" };
    if (error.status === BAD_REQUEST && error.message.includes("is not ready")) return null;
    throw error;
  }
}

async function done({ rest, sleep }: GoogleProjectParts, begun: Fields): Promise<void> {
  let present = begun;
  await thereBy(sleep, async () => {
    if (present.status !== "DONE")
      present = await rest.call({ method: "GET", url: String(present.selfLink) });
    return present.status === "DONE";
  });
  const faults = listOf(fieldsOf(present.error).errors).map((each) => String(fieldsOf(each).message));
  if (faults.length > 0) throw new Error(`${String(present.name)} failed: ${faults.join("; ")}`);
}

function bodiesOf(addresses: Readonly<Record<EgressPart, string>>): Readonly<Record<EgressPart, object>> {
  const { network } = addresses;
  return {
    network: { name: EGRESS_NAME, autoCreateSubnetworks: false },
    subnetwork: { name: EGRESS_NAME, network, ipCidrRange: EGRESS_RANGE, privateIpGoogleAccess: true },
    address: { name: EGRESS_ADDRESS_NAME, addressType: "EXTERNAL" },
    router: { name: EGRESS_NAME, network, nats: gatewaysOf(addresses) },
  };
}

function gatewaysOf({ subnetwork, address }: Readonly<Record<EgressPart, string>>): readonly object[] {
  return [
    {
      name: EGRESS_NAME,
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: [address],
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetworks: [{ name: subnetwork, sourceIpRangesToNat: ["PRIMARY_IP_RANGE"] }],
    },
  ];
}
