// An unreadable document stops its own account only. It is an alert for people rather than a line of a log,
// and its effect ends by itself once the document is whole again.
// Proves: app/documents/commit-decision.ts, app/accounts/list-mark.ts, app/telling/tell-keyless.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { forEachAccount, listAccounts } from "#functions/app/accounts/for-each-account.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { writeNav } from "#functions/app/nav/write-nav.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { watchAccount } from "#functions/app/watchdog/watch-account.ts";
import { NO_DRAWDOWN_GRADES } from "#test/support/config.ts";
import { createMemorySecrets } from "#test/support/memory/secrets.ts";
import { failAlertOnce } from "#test/support/store-faults.ts";
import { ACCOUNT, configWith, controlWith, createWorld, profile, type World } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const OTHER = "other";
let world: World;

beforeEach(async () => {
  world = await createWorld({ config: { drawdown: { ...NO_DRAWDOWN_GRADES, haltBps: 1_000 } } });
  world.documents.seed(paths.account(OTHER), encode({ ...profile, accountId: OTHER }));
  world.documents.seed(paths.config(OTHER), encode(configWith()));
  world.documents.seed(paths.control(OTHER), encode({ ...controlWith(), accountId: OTHER }));
});

const alerts = () => world.under<Alert>(paths.alerts(ACCOUNT));
const told = () => world.under<{ title: string }>(`accounts/${ACCOUNT}/outbox`).map(({ title }) => title);
const passes = () => world.clock.setMs(world.clock.nowMs() + MINUTE_MS);
const breakControl = () => world.documents.seed(paths.control(ACCOUNT), { accountId: ACCOUNT });

/** A schedule in an instance of its own, with all accounts. */
function schedule(name: "nav" | "reconcile" | "watchdog") {
  const deps = world.instance(name);
  const work = {
    nav: (each: typeof profile) => writeNav(deps, each),
    reconcile: (each: typeof profile) => reconcileAccount(deps, each),
    // As of an account that holds something: of another one it does not read the document.
    watchdog: async (each: typeof profile) => void (await watchAccount(deps, each, { alsoWhenFlat: true })),
  };
  return { deps, run: () => forEachAccount(deps, name, work[name]) };
}

describe.each(["reconcile", "watchdog"] as const)("a control document that %s cannot read", (name) => {
  it("is a critical alert with a remedy, told to people, and the run fails", async () => {
    breakControl();
    await expect(schedule(name).run()).rejects.toThrow("1 of 2 accounts failed");
    expect(alerts()).toMatchObject([
      {
        code: "CONTROL_UNUSABLE",
        severity: "critical",
        message: expect.stringContaining("accounts/main/control/state is unusable"),
        remedy: expect.stringContaining("npm run ballast -- rebuild state main"),
      },
    ]);
    expect(told()).toEqual(["CONTROL_UNUSABLE"]);
  });

  it("is one alert an hour, also when it is gone altogether", async () => {
    await world.documents.commit([{ op: "delete", path: paths.control(ACCOUNT) }]);
    const { run } = schedule(name);
    const beganMs = Math.ceil(world.clock.nowMs() / (60 * MINUTE_MS)) * 60 * MINUTE_MS;
    world.clock.setMs(beganMs);
    for (let minute = 0; minute < 10; minute++) {
      await expect(run()).rejects.toThrow();
      passes();
    }
    expect(alerts().map(({ code }) => code)).toEqual(["CONTROL_UNUSABLE"]);
  });

  it("stops no other account, and its own no longer than it lasts", async () => {
    const whole = world.read<ControlState>(paths.control(ACCOUNT));
    breakControl();
    const { run } = schedule(name);
    await expect(run()).rejects.toThrow();
    const path = name === "reconcile" ? paths.telemetry(OTHER, "publisher") : paths.telemetry(OTHER, name);
    expect(world.read(path)).not.toBeNull();
    world.documents.seed(paths.control(ACCOUNT), encode(whole ?? {}));
    passes();
    await run();
    expect(world.read(path.replace(OTHER, ACCOUNT))).not.toBeNull();
  });

  it("is told by the next run when the alert could not be stored", async () => {
    breakControl();
    const { run } = schedule(name);
    failAlertOnce(world);
    await expect(run()).rejects.toThrow("1 of 2 accounts failed");
    expect(alerts()).toEqual([]);
    passes();
    await expect(run()).rejects.toThrow();
    expect(alerts()).toHaveLength(1);
  });
});

describe("a control document that the NAV run cannot read", () => {
  it("keeps no NAV from being written, and is acted on again as soon as it is whole", async () => {
    const whole = world.read<ControlState>(paths.control(ACCOUNT));
    breakControl();
    const { run } = schedule("nav");
    await run();
    world.exchange.admin("income", { incomeType: "REALIZED_PNL", lossUsd: "20000" });
    passes();
    await run();
    expect(world.read<Nav>(paths.nav(ACCOUNT))).toMatchObject({
      stale: false,
      checkedAtMs: world.clock.nowMs(),
    });
    world.documents.seed(paths.control(ACCOUNT), encode(whole ?? {}));
    passes();
    await run();
    expect(world.read(paths.control(ACCOUNT))).toMatchObject({ tradingState: { state: "HALTED" } });
  });
});

describe("an account's profile that cannot be read", () => {
  it("is an alert, and stops no other account", async () => {
    world.documents.seed(paths.account(ACCOUNT), encode({ ...profile, mode: "wild" as never }));
    await expect(schedule("nav").run()).rejects.toThrow("1 of 2 accounts failed");
    expect(world.read<Nav>(paths.nav(OTHER))).toMatchObject({ stale: false });
    expect(alerts()).toMatchObject([{ code: "PROFILE_UNUSABLE", severity: "critical" }]);
  });

  it("is read again every minute, so that the account is served once it is mended", async () => {
    world.documents.seed(paths.account(ACCOUNT), encode({ ...profile, mode: "wild" as never }));
    const { run, deps } = schedule("nav");
    await expect(run()).rejects.toThrow();
    world.documents.seed(paths.account(ACCOUNT), encode(profile));
    passes();
    await run();
    expect((await listAccounts(deps, "nav")).map(({ accountId }) => accountId)).toEqual([ACCOUNT, OTHER]);
  });
});

describe.each(["nav", "reconcile", "watchdog"] as const)(
  "an account without keys, in the schedule %s",
  (name) => {
    const keys = { apiKey: "key", secret: "secret" };

    it("raises an alert on itself with the remedy, within the minute, and stops no other account", async () => {
      const deps = world.instance(name, { secrets: createMemorySecrets({ [OTHER]: keys }) });
      const served: string[] = [];
      const run = forEachAccount(deps, name, async (each) => {
        await deps.venueFor(each);
        served.push(each.accountId);
      });
      await expect(run).rejects.toThrow("1 of 2 accounts failed: main: No venue keys for account main");
      expect(served).toEqual([OTHER]);
      expect(alerts()).toMatchObject([
        {
          code: "VENUE_KEYS_MISSING",
          severity: "critical",
          remedy: expect.stringContaining("npm run ballast -- keys set main"),
        },
      ]);
      expect(told()).toEqual(["VENUE_KEYS_MISSING"]);
    });
  },
);

describe("a failed run", () => {
  it("names account and cause of each fault, up to five of them", async () => {
    for (const accountId of ["a", "b", "c", "d", "e"])
      world.documents.seed(paths.account(accountId), encode({ ...profile, accountId }));
    const run = forEachAccount(world.instance("nav"), "nav", async ({ accountId }) => {
      throw new Error(`${accountId} is out`);
    });
    await expect(run).rejects.toThrow(/^7 of 7 accounts failed: a: a is out; .* and 2 more$/);
  });
});

describe.each(["nav", "reconcile", "watchdog"] as const)("a new account, in the schedule %s", (name) => {
  const NEW = "third";
  const add = () => world.documents.seed(paths.account(NEW), encode({ ...profile, accountId: NEW }));
  const dateMark = () => world.documents.seed(paths.accountsMark, { changedAtMs: world.clock.nowMs() });
  const names = async (deps: ReturnType<World["instance"]>) => {
    passes();
    const served: string[] = [];
    await forEachAccount(deps, name, async ({ accountId }) => void served.push(accountId));
    return served;
  };

  it("is served in the next minute, in whichever of twenty it came", async () => {
    const deps = world.instance(name);
    for (let minute = 0; minute < 20; minute++) {
      expect(await names(deps)).toEqual([ACCOUNT, OTHER]);
      add();
      dateMark();
      expect(await names(deps)).toEqual([ACCOUNT, OTHER, NEW]);
      await world.documents.commit([{ op: "delete", path: paths.account(NEW) }]);
      dateMark();
      await names(deps);
    }
  });

  it("stays on the list when a slow reading of before it ends late", async () => {
    const deps = world.instance(name);
    await names(deps);
    dateMark();
    let isSlow = true;
    const { documents } = deps;
    const query: typeof documents.query = async (wanted) => {
      const found = await documents.query(wanted);
      if (!isSlow) return found;
      isSlow = false;
      // Meanwhile the account comes, and another run of this process reads the list with it.
      add();
      dateMark();
      expect(await names(deps)).toEqual([ACCOUNT, OTHER, NEW]);
      return found;
    };
    expect(await names({ ...deps, documents: { ...documents, query } })).toEqual([ACCOUNT, OTHER]);
    expect(isSlow).toBe(false);
    expect(await names(deps)).toEqual([ACCOUNT, OTHER, NEW]);
  });

  it("is served in the next minute when another reading saw it come, and failed", async () => {
    const deps = world.instance(name);
    await names(deps);
    dateMark();
    let isSlow = true;
    const { documents } = deps;
    const failing: typeof documents.query = () => Promise.reject(new Error("the store is away"));
    const query: typeof documents.query = async (wanted) => {
      const found = await documents.query(wanted);
      if (!isSlow) return found;
      isSlow = false;
      add();
      dateMark();
      await expect(names({ ...deps, documents: { ...documents, query: failing } })).rejects.toThrow("away");
      return found;
    };
    expect(await names({ ...deps, documents: { ...documents, query } })).toEqual([ACCOUNT, OTHER]);
    expect(await names(deps)).toEqual([ACCOUNT, OTHER, NEW]);
  });

  it("is served by the list's own cadence where the mark is missing, or every minute where it is broken", async () => {
    const deps = world.instance(name);
    await names(deps);
    add();
    const minutes = [];
    for (let minute = 0; minute < 22; minute++) minutes.push((await names(deps)).length);
    expect(minutes.at(-1)).toBe(3);
    world.documents.seed(paths.accountsMark, { changedAtMs: "yesterday" });
    world.documents.seed(paths.account("fourth"), encode({ ...profile, accountId: "fourth" }));
    expect(await names(deps)).toContain("fourth");
  });
});

describe("another document that an account cannot be served without", () => {
  it("is an alert that names it", async () => {
    world.documents.seed(paths.config(ACCOUNT), { version: 1 });
    await expect(schedule("nav").run()).rejects.toThrow();
    expect(alerts()).toMatchObject([
      { code: "DOCUMENT_UNUSABLE", message: expect.stringContaining(paths.config(ACCOUNT)) },
    ]);
  });
});
