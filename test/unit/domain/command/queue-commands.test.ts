// An operator's word on queued entries: one leaves for good, or goes first; an entry that does not wait is refused.
import { describe, expect, it } from "vitest";
import { applyCommand } from "#domain/command/apply-command.ts";
import type { CommandRequest } from "#domain/documents/command.ts";
import { rankQueue } from "#domain/queue/rank-queue.ts";
import { command } from "#test/support/commands.ts";
import { NOW_MS, nav, peak, queuedEntry } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const [first, second] = [queuedEntry(), queuedEntry({ intentId: "b", symbol: "ETHUSDT" })];
const control = controlWith({ queue: [first, second] });

function apply(request: CommandRequest) {
  return applyCommand(command({ request, actor: "anna", expiresAtMs: NOW_MS + 1 }), {
    control,
    config: configWith(),
    nav: nav(),
    peak: peak(),
    alert: null,
    nextVersionExists: false,
    nowMs: NOW_MS,
  });
}

describe("an operator's word on the queue", () => {
  it("drops the entry that it names, and says by whom", () => {
    const applied = apply({ kind: "drop_queued", intentId: "b" });
    expect(applied).toMatchObject({ status: "DONE", control: { queue: [first] } });
    expect(applied.leftQueue).toMatchObject([
      {
        entry: second,
        end: "DROPPED",
        endedBy: "anna",
        denials: [{ code: "QUEUE_DROPPED", actual: "anna" }],
      },
    ]);
  });

  it("puts the entry that it names before all others, and changes nothing else of it", () => {
    const applied = apply({ kind: "promote_queued", intentId: "b" });
    expect(applied.control.queue).toEqual([first, { ...second, preferredBy: "anna" }]);
    const ranked = rankQueue(applied.control.queue, { slots: {}, groups: {}, marks: {} });
    expect(ranked.map(({ intentId, rank }) => [intentId, rank.aheadBy])).toEqual([
      ["b", "OPERATOR"],
      ["a", null],
    ]);
  });

  it.each(["drop_queued", "promote_queued"] as const)("refuses %s of an entry that does not wait", (kind) => {
    const applied = apply({ kind, intentId: "c" });
    expect(applied).toMatchObject({ status: "REFUSED", outcome: expect.stringMatching(/No entry c waits/) });
    expect(applied.control).toBe(control);
  });
});
