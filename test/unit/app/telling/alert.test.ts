// An alert and the message that tells people of it are one write: both are stored or neither.
import { describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { type AlertCondition, alertWrites, raiseAlert } from "#functions/app/telling/alert.ts";
import { alertSchema, outboxItemSchema } from "#schemas/records.ts";
import { createWorld, type World } from "#test/support/world.ts";

const condition: AlertCondition = {
  accountId: "main",
  severity: "warning",
  code: "NAV_STALE",
  message: "NAV could not be renewed",
  remedy: "Check the venue's status",
  dedupeKey: "2026-01-02T03",
};

function stored(world: World, collection: string): readonly Record<string, unknown>[] {
  const documents = world.under<Record<string, unknown>>(collection);
  return documents.map(({ expireAt: _ttl, ...fields }) => fields);
}

describe("an alert", () => {
  it("is stored with one message for people, and both are as their schemas want them", async () => {
    const world = await createWorld();
    expect(await raiseAlert(world, condition)).toBe(true);
    const [alert] = stored(world, paths.alerts("main"));
    const [item] = stored(world, paths.outbox("main"));
    expect(alertSchema.parse(alert)).toMatchObject({ dedupeKey: "2026-01-02T03", acknowledgedBy: null });
    expect(outboxItemSchema.parse(item)).toMatchObject({
      kind: "alert",
      title: "NAV_STALE",
      text: "NAV could not be renewed\nCheck the venue's status",
      severity: "warning",
      status: "PENDING",
    });
  });

  it("that repeats under its key is told once", async () => {
    const world = await createWorld();
    await raiseAlert(world, condition);
    expect(await raiseAlert(world, condition)).toBe(true);
    expect(stored(world, paths.outbox("main"))).toHaveLength(1);
  });

  it.each([
    ["info", 1],
    ["warning", 2],
    ["critical", 2],
  ] as const)("of severity %s is %i documents: people are told from warning on", (severity, documents) => {
    expect(alertWrites({ ...condition, severity }, 1_767_323_045_678)).toHaveLength(documents);
  });
});
