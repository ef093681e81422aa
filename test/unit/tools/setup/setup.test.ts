// Setup over an empty project: everything that was missing is made, a second run changes nothing, and a run that is killed
// before or after any of its changes ends as an undisturbed one does. Google's side answers from recordings with state.
import { beforeEach, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { FUNCTIONS, REGION } from "#entry/options.ts";
import type { DocumentData } from "#ports/documents.ts";
import type { GoogleState } from "#test/support/google/project-state.ts";
import { Killed, SetupWorld } from "#test/support/google/setup-world.ts";
import { runSteps, type StepReport } from "#tools/setup/step.ts";
import { allSteps } from "#tools/setup/steps/all-steps.ts";

/** Each run makes one change more, and none needs so many. */
const MOST_RUNS = 80;
let world: SetupWorld;

beforeEach(() => {
  world = new SetupWorld();
});

async function setUp(on = world, isDry = false): Promise<readonly StepReport[]> {
  return await runSteps(allSteps(on.parts()), { isDry, report: () => {}, begins: () => {} });
}

const made = (reports: readonly StepReport[]) =>
  reports.filter(({ status }) => status === "made").map(({ step }) => step);

describe("an empty project", () => {
  it("has after one run all that a first fill needs, and the fill", async () => {
    const reports = await setUp();
    expect(made(reports)).toEqual(reports.map(({ step }) => step));
    const { google, documents } = world;
    expect(google.database).toMatchObject({
      locationId: REGION,
      type: "FIRESTORE_NATIVE",
      deleteProtectionState: "DELETE_PROTECTION_ENABLED",
    });
    // A week and fourteen weeks, as docs/runbooks/restore.md promises.
    expect(google.backupSchedules).toEqual([
      { retention: "604800s", dailyRecurrence: {} },
      { retention: "8467200s", weeklyRecurrence: { day: "SUNDAY" } },
    ]);
    expect(google.channels).toMatchObject([
      { type: "email", labels: { email_address: "owner@example.org" } },
    ]);
    expect(google.alertPolicies.length).toBeGreaterThan(5);
    for (const policy of google.alertPolicies)
      expect(policy).toMatchObject({
        conditions: [{ conditionMatchedLog: { filter: expect.stringContaining("cloud_run_revision") } }],
        notificationChannels: [google.channels[0]?.name],
      });
    expect(google.signIn).toMatchObject({ client: { permissions: { disabledUserSignup: true } } });
    expect(google.functions.toSorted()).toEqual(Object.keys(FUNCTIONS).toSorted());
    expect(documents.dump()[paths.environment]).toEqual({ name: "staging" });
    expect(world.fills).toBe(1);
    expect(world.usersByEmail.get("owner@example.org")).toMatchObject({
      claims: { role: "operator", accounts: [] },
    });
  });

  it("labels the database before a function is deployed, so that no schedule meets one without a label", async () => {
    await setUp();
    const names = world.effects;
    const label = names.findIndex((name) => name.includes(paths.environment));
    expect(label).toBeGreaterThan(-1);
    expect(names.findIndex((name) => name.includes("deploy functions"))).toBeGreaterThan(label);
  });

  it("whose database stands already has it protected, and nothing else of it changed", async () => {
    const stands = { locationId: REGION, type: "FIRESTORE_NATIVE", concurrencyMode: "PESSIMISTIC" };
    world.google.database = stands;
    await setUp();
    expect(world.google.database).toEqual({
      ...stands,
      deleteProtectionState: "DELETE_PROTECTION_ENABLED",
      pointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED",
    });
  });

  it("is left as it is by a dry run, which names every step", async () => {
    const reports = await setUp(world, true);
    expect(world.effects).toEqual([]);
    expect(reports.every(({ status, lines }) => status === "planned" && lines.length > 0)).toBe(true);
  });
});

describe("a second run", () => {
  it("finds everything as wanted and changes nothing", async () => {
    await setUp();
    const before = world.state();
    world.effects.length = 0;
    expect(made(await setUp())).toEqual([]);
    expect(world.effects).toEqual([]);
    expect(world.state()).toEqual(before);
  });

  it("after the kept token was lost changes nothing either", async () => {
    await setUp();
    world.kept.clear();
    world.effects.length = 0;
    await setUp();
    expect(world.effects).toEqual([]);
  });
});

describe("a run that is killed", () => {
  it("before or after any change ends, run again, as an undisturbed one does", async () => {
    await setUp();
    const whole = comparable(world.state());
    const count = world.effects.length;
    expect(count).toBeGreaterThan(20);
    for (const when of ["before", "after"] as const)
      for (let place = 0; place < count; place += 1) {
        const struck = new SetupWorld();
        struck.killAt = { place, when };
        await expect(setUp(struck), `${when} ${place}`).rejects.toHaveProperty("cause.name", "Killed");
        struck.killAt = null;
        await setUp(struck);
        expect(comparable(struck.state()), `${when} ${place}`).toEqual(whole);
        expect(struck.fills, `${when} ${place}`).toBe(1);
      }
  });

  it("at every change in turn gets one change further each time", async () => {
    let runs = 1;
    for (; runs < MOST_RUNS; runs += 1) {
      world.killAt = { place: world.effects.length, when: "after" };
      try {
        await setUp();
        break;
      } catch (error) {
        expect((error as Error).cause).toBeInstanceOf(Killed);
      }
    }
    expect(runs).toBeGreaterThan(20);
    expect(runs).toBeLessThan(MOST_RUNS);
    expect(world.fills).toBe(1);
  });
});

describe("setup stops with the remedy", () => {
  const refusal = async (change: (google: GoogleState) => void): Promise<string> => {
    change(world.google);
    return await setUp().then(
      () => "made",
      (error: Error) => error.message,
    );
  };

  it("where the database stands in another region, for good", async () => {
    const said = await refusal((google) => {
      google.services = ["firestore.googleapis.com"];
      google.database = { locationId: "nam5", type: "FIRESTORE_NATIVE" };
    });
    expect(said).toContain(`in nam5 and the functions are in ${REGION}`);
    expect(said).toContain("use a new project");
  });

  it("where there is no billing account", async () => {
    expect(await refusal((google) => Object.assign(google, { billingAccount: "" }))).toContain("link it");
  });

  it("where the database belongs to another environment", async () => {
    world.documents.seed(paths.environment, { name: "prod" });
    expect(await refusal(() => {})).toContain("labelled prod, and setup was told staging");
  });

  it("where the alert is denied, naming the denial; the next run tries another alert", async () => {
    world.denies = true;
    expect(await refusal(() => {})).toContain("NAV_STALE");
    world.denies = false;
    expect(made(await setUp())).toEqual(["proof"]);
  });
});

/** Times and random values differ between runs; all else may not. */
function comparable(state: ReturnType<SetupWorld["state"]>): unknown {
  const text = JSON.stringify(state, (key, value: unknown) => {
    if (/(^a|A)tMs$/.test(key) && value !== null) return "time";
    return key === "tokenSha256" && value !== null ? "hash" : value;
  });
  return JSON.parse(text) as DocumentData;
}
