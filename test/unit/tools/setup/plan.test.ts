// Setup makes what the code needs: an identity for every one that functions name, an entry for every secret that they
// list, settings that a deployment can start with, and a first config that every profile's numbers pass as.
import { describe, expect, it } from "vitest";
import { VENUE_IDS } from "#domain/documents/words.ts";
import { FUNCTIONS, REGION } from "#entry/options.ts";
import { readConfig } from "#functions/config.ts";
import { SetupWorld } from "#test/support/google/setup-world.ts";
import { readText } from "#tools/house/source.ts";
import { questions, USUAL_PAPER_ORIGINS, usualAnswer } from "#tools/setup/answers.ts";
import { explainedNumbers } from "#tools/setup/explained-numbers.ts";
import { firstConfig } from "#tools/setup/first-config.ts";
import { IDENTITIES, SECRETS, settingsFor } from "#tools/setup/plan.ts";
import { PROFILE_NAMES, PROFILE_NUMBERS } from "#tools/setup/risk-profiles.ts";
import { allSteps } from "#tools/setup/steps/all-steps.ts";

const NOW_MS = 1_767_323_045_678;

describe("the plan", () => {
  it("has every identity that a function runs as or is called by", () => {
    const planned = new Set(IDENTITIES.map(({ id }) => id));
    const named = Object.values(FUNCTIONS).flatMap((options) => [
      options.serviceAccount,
      ...("invoker" in options && options.invoker !== "public" ? [options.invoker] : []),
    ]);
    expect(named.length).toBeGreaterThan(10);
    for (const address of named) expect(planned).toContain(address.replace(/@.*$/, ""));
  });

  it("has an entry for every secret that a function lists", () => {
    const wants = allSteps(new SetupWorld().parts()).flatMap((step) => step.wants);
    expect(SECRETS.length).toBeGreaterThan(1);
    for (const secret of SECRETS) expect(wants.some((line) => line.startsWith(`${secret}:`))).toBe(true);
  });

  it("has settings that a deployment starts with", () => {
    const projectId = "ballast-staging";
    const settings = settingsFor({
      environment: "staging",
      projectId,
      projectNumber: "123456789012",
      paperOrigins: USUAL_PAPER_ORIGINS,
      notifierUrl: null,
    });
    expect(readConfig({ ...settings, GCLOUD_PROJECT: projectId })).toMatchObject({
      environment: "staging",
      location: REGION,
      taskInvoker: "ballast-tasks@ballast-staging.iam.gserviceaccount.com",
    });
  });

  it.each(VENUE_IDS)("asks for the play money of the venue that was named: %s", (venue) => {
    const question = questions(false, null).find(({ name }) => name === "paperVenueOrigin");
    if (question === undefined) throw new Error("Nothing asks where paper orders go");
    expect(usualAnswer(question, { venue })).toBe(USUAL_PAPER_ORIGINS[venue]);
  });

  it("puts the database where the functions are, also when firebase-tools creates it", () => {
    const { firestore } = JSON.parse(readText("firebase.json")) as {
      readonly firestore: { location: string };
    };
    expect(firestore.location).toBe(REGION);
  });
});

describe.each(PROFILE_NAMES)("the risk profile %s", (profile) => {
  it("makes a config that passes the schema, for paper and live, small capital and large", () => {
    for (const mode of ["paper", "live"] as const)
      for (const capitalUsd of ["500", "10000", "2500000.5"]) {
        const given = { profile, capitalUsd, symbols: ["BTCUSDT"], strategies: ["main"], mode };
        expect(firstConfig(given, "test", NOW_MS).strategies).toHaveProperty("main");
      }
  });

  it("explains each of its numbers", () => {
    const lines = explainedNumbers(profile, "10000");
    for (const [name, { why }] of Object.entries(PROFILE_NUMBERS))
      expect(lines.some((line) => line.includes(name) && line.includes(why))).toBe(true);
  });

  it("places the watchdog's stop before the one that rests at the venue, and each grade after the milder one", () => {
    const of = (name: keyof typeof PROFILE_NUMBERS) => PROFILE_NUMBERS[name][profile];
    expect(of("groupStopLossBps")).toBeLessThan(of("protectiveStopBps"));
    expect(of("orderNotionalUsd")).toBeLessThan(of("maxOrderNotionalUsd"));
    expect(of("maxOrderNotionalUsd")).toBeLessThan(of("maxSymbolExposureUsd"));
    const grades = ["drawdownWarnBps", "drawdownReduceBps", "drawdownHaltBps", "drawdownFlattenBps"] as const;
    for (const [place, grade] of grades.slice(1).entries())
      expect(of(grade), grade).toBeGreaterThan(of(grades[place] ?? grade));
  });
});

it("profiles rise from cautious over balanced to wide where more is looser", () => {
  for (const name of [
    "maxGrossExposureUsd",
    "maxDailyLossUsd",
    "drawdownFlattenBps",
    "maxOpenGroups",
  ] as const) {
    const { cautious, balanced, wide } = PROFILE_NUMBERS[name];
    expect([cautious, balanced, wide]).toEqual([cautious, balanced, wide].toSorted((a, b) => a - b));
  }
});
