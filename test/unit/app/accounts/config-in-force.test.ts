// Only a whole config of the version in force decides: what was broken or exchanged by other means than a command is
// passed over with an alert, and where nothing valid is left, entries are refused and reductions stay possible.
// Proves: domain/config/, schemas/config.ts, schemas/primitives.ts
import { beforeEach, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Intent, StoredIntent } from "#domain/documents/signal.ts";
import { loadBooks } from "#functions/app/books/load-books.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import {
  ACCOUNT,
  configWith,
  createWorld,
  givenIntent,
  type Instance,
  messageOf,
  type World,
} from "#test/support/world.ts";

let world: World;
let instance: Instance;

beforeEach(async () => {
  world = await createWorld();
  instance = world.instance("executor");
});

function alerts(): readonly string[] {
  return world.under<Alert>(paths.alerts(ACCOUNT)).map(({ code }) => code);
}

async function decided(overrides: Partial<Intent>): Promise<StoredIntent | null> {
  const intent = givenIntent(world, overrides);
  await executeIntent(instance, messageOf(world, intent));
  return world.read<StoredIntent>(paths.intent(ACCOUNT, intent.intentId));
}

describe.each([
  ["broken", { broken: true }],
  ["of a version that no command activated", { ...configWith({ version: 9, maxOpenGroups: 50 }) }],
])("config/current is %s", (_, current) => {
  beforeEach(() => world.documents.seed(paths.config(ACCOUNT), current as never));

  it("the version in force decides, and one alert tells of it", async () => {
    world.documents.seed(paths.configVersion(ACCOUNT, 1), { ...configWith({ maxOpenGroups: 3 }) } as never);
    for (const name of ["one", "two"]) {
      const { config, configFault } = await loadBooks(world.instance(name), ACCOUNT);
      expect([config.version, config.maxOpenGroups]).toEqual([1, 3]);
      expect(configFault).toContain("config/current");
    }
    expect(await decided({})).toMatchObject({ status: "DECIDED" });
    expect(alerts()).toEqual(["CONFIG_IGNORED"]);
  });

  it("with nothing valid left entries are refused with their reason, and what is held can be closed", async () => {
    world.documents.seed(paths.config(ACCOUNT), { ...configWith() } as never);
    await decided({});
    world.documents.seed(paths.config(ACCOUNT), current as never);
    instance = world.instance("executor");
    const entry = await decided({ symbol: "ETHUSDT" });
    expect(entry?.denials.map(({ code }) => code)).toContain("CONFIG_UNUSABLE");
    const close = await decided({ action: "close", side: null });
    expect(close).toMatchObject({ status: "DECIDED", denials: [] });
    expect(alerts()).toContain("CONFIG_UNUSABLE");
  });
});
