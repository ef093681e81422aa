// The option of one fixed address: asked for, setup makes it once whatever it is killed at, and every function that asks
// venues leaves by it before the proof goes out; not asked for, nothing of it is made.
import { beforeEach, describe, expect, it } from "vitest";
import { EGRESS_FUNCTIONS, EGRESS_USD_A_MONTH } from "#deploy/egress.ts";
import { FUNCTIONS, IDENTITIES, REGION } from "#entry/options.ts";
import { SetupWorld } from "#test/support/google/setup-world.ts";
import { readText } from "#tools/house/source.ts";
import { questions } from "#tools/setup/answers.ts";
import { closingLines } from "#tools/setup/closing-lines.ts";
import { runSteps, type StepReport } from "#tools/setup/step.ts";
import { allSteps } from "#tools/setup/steps/all-steps.ts";

const PROJECT = "projects/ballast-staging";
const REGIONAL = `${PROJECT}/regions/${REGION}`;
const ROOT = "https://compute.googleapis.com/compute/v1";
let world: SetupWorld;

beforeEach(() => {
  world = new SetupWorld({ fixedAddress: "yes" });
});

async function setUp(on = world, isDry = false): Promise<readonly StepReport[]> {
  return await runSteps(allSteps(on.parts()), { isDry, report: () => {}, begins: () => {} });
}

const patched = (names: readonly string[]) => names.filter((name) => name.includes("/functions/"));

describe("the fixed address", () => {
  it("is a gateway with one reserved address, over the one subnetwork that functions are in", async () => {
    await setUp();
    const { resources } = world.google.compute;
    expect(resources[`${PROJECT}/global/networks/ballast`]).toMatchObject({ autoCreateSubnetworks: false });
    expect(resources[`${REGIONAL}/subnetworks/ballast`]).toMatchObject({
      ipCidrRange: "10.0.0.0/26",
      privateIpGoogleAccess: true,
    });
    expect(resources[`${REGIONAL}/routers/ballast`]).toMatchObject({
      network: `${ROOT}/${PROJECT}/global/networks/ballast`,
      nats: [
        {
          natIpAllocateOption: "MANUAL_ONLY",
          natIps: [`${ROOT}/${REGIONAL}/addresses/ballast-egress`],
          sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
          subnetworks: [
            { name: `${ROOT}/${REGIONAL}/subnetworks/ballast`, sourceIpRangesToNat: ["PRIMARY_IP_RANGE"] },
          ],
        },
      ],
    });
  });

  it("is left by every function that asks venues and by no other, before the proof is sent", async () => {
    await setUp();
    const traders = Object.entries(FUNCTIONS)
      .filter(([, { serviceAccount }]) => serviceAccount === IDENTITIES.trader)
      .map(([name]) => name);
    expect(EGRESS_FUNCTIONS.toSorted()).toEqual([...traders, "universeHourly"].toSorted());
    const { serviceConfigs } = world.google;
    expect(Object.keys(serviceConfigs).toSorted()).toEqual(EGRESS_FUNCTIONS.toSorted());
    for (const config of Object.values(serviceConfigs))
      expect(config).toEqual({
        serviceConfig: {
          directVpcNetworkInterface: [{ network: "ballast", subnetwork: "ballast" }],
          directVpcEgress: "VPC_EGRESS_ALL_TRAFFIC",
        },
      });
    const alert = world.effects.indexOf("alert");
    expect(world.effects.findLastIndex((name) => name.includes("/functions/"))).toBeLessThan(alert);
  });

  it("ends the same when setup is killed before or after any change and run again", async () => {
    await setUp();
    const whole = world.google.compute.resources;
    const { serviceConfigs } = world.google;
    const places = world.effects.flatMap((name, place) =>
      /compute|\/functions\//.test(name) ? [place] : [],
    );
    expect(places.length).toBe(4 + EGRESS_FUNCTIONS.length);
    for (const when of ["before", "after"] as const)
      for (const place of places) {
        const struck = new SetupWorld({ fixedAddress: "yes" });
        struck.killAt = { place, when };
        await expect(setUp(struck), `${when} ${place}`).rejects.toHaveProperty("cause.name", "Killed");
        struck.killAt = null;
        await setUp(struck);
        expect(struck.google.compute.resources, `${when} ${place}`).toEqual(whole);
        expect(struck.google.serviceConfigs, `${when} ${place}`).toEqual(serviceConfigs);
      }
  });

  it("is found as wanted by a second run, and given to a function that was deployed since", async () => {
    await setUp();
    world.effects.length = 0;
    await setUp();
    expect(world.effects).toEqual([]);
    delete world.google.serviceConfigs.executor;
    await setUp();
    expect(patched(world.effects)).toHaveLength(1);
  });

  it("can be had later: a project without it is given it, and nothing else is made anew", async () => {
    const plain = new SetupWorld();
    await setUp(plain);
    expect(plain.google.compute.resources).toEqual({});
    expect(plain.google.services).not.toContain("compute.googleapis.com");
    Object.assign(world.google, plain.google);
    for (const [path, data] of Object.entries(plain.documents.dump())) world.documents.seed(path, data);
    for (const [email, user] of plain.usersByEmail) world.usersByEmail.set(email, user);
    for (const [name, text] of plain.kept) world.kept.set(name, text);
    world.settings = plain.settings;
    const reports = await setUp();
    expect(reports.filter(({ status }) => status === "made").map(({ step }) => step)).toEqual([
      "APIs",
      "fixed address",
      "functions behind the fixed address",
    ]);
  });

  it("adds its gateway to a router that stands already, and keeps the others there", async () => {
    await setUp();
    const path = `${REGIONAL}/routers/ballast`;
    world.google.compute.resources[path] = { name: "ballast", nats: [{ name: "mine" }] };
    await setUp();
    const { nats } = world.google.compute.resources[path] as {
      readonly nats: readonly { readonly name: string }[];
    };
    expect(nats.map(({ name }) => name)).toEqual(["mine", "ballast"]);
  });

  it("is named by a dry run part by part, which makes nothing", async () => {
    const reports = await setUp(world, true);
    expect(world.effects).toEqual([]);
    const lines = reports.flatMap((report) => report.lines).join("\n");
    expect(lines).toContain("address ballast-egress, reserved");
    expect(lines).toContain("executor leaves by the fixed address");
  });
});

describe("a person", () => {
  it("is asked with the price that docs/egress.md adds up, and the usual answer is no", () => {
    const question = questions(false, null).find(({ name }) => name === "fixedAddress");
    expect(question).toMatchObject({ usual: "no" });
    expect(question?.ask).toContain(`about ${EGRESS_USD_A_MONTH} USD a month`);
    expect(readText("docs/egress.md")).toContain(`about $${EGRESS_USD_A_MONTH} a month`);
  });

  it("is shown the address at the end, and where to enter it", async () => {
    await setUp();
    const target = {
      environment: "staging",
      projectId: "ballast-staging",
      writes: true,
      localPorts: null,
    } as const;
    const auth = { generatePasswordResetLink: async () => "https://link.example" };
    const lines = await closingLines(world.parts(), target, auth);
    expect(lines.join("\n")).toMatch(/203\.0\.113\.7: enter it in the key's IP restriction/);
  });
});
