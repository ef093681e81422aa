// Contract of every Bus: a publish that resolved is stored, with its payload and attributes as given.
import { beforeEach, describe, expect, it } from "vitest";
import type { Bus, Topic } from "#ports/bus.ts";

export interface BusUnderTest {
  readonly bus: Bus;
  /** Waits until `count` messages of a topic are there, in any order, and returns them. */
  received(
    topic: Topic,
    count: number,
  ): Promise<readonly { readonly payload: unknown; readonly attributes: Readonly<Record<string, string>> }[]>;
}

export function describeBus(name: string, create: () => Promise<BusUnderTest>): void {
  describe(`Bus: ${name}`, () => {
    let current: BusUnderTest;
    beforeEach(async () => {
      current = await create();
    });

    it("delivers payload and attributes as they were given", async () => {
      const payload = {
        intentId: "i-1",
        size: { kind: "qtyBase", qtyBase: "0.0010" },
        side: null,
        text: "é€",
      };
      await current.bus.publish("intents", payload, { accountId: "main" });
      expect(await current.received("intents", 1)).toEqual([{ payload, attributes: { accountId: "main" } }]);
    });

    it("keeps topics apart and loses nothing of many at once", async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `i-${index}`);
      await Promise.all([
        ...ids.map((id) => current.bus.publish("intents", { id }, {})),
        current.bus.publish("commands", { id: "c-1" }, {}),
      ]);
      const intents = await current.received("intents", ids.length);
      expect(new Set(intents.map(({ payload }) => (payload as { id: string }).id))).toEqual(new Set(ids));
      expect(await current.received("commands", 1)).toEqual([{ payload: { id: "c-1" }, attributes: {} }]);
    });
  });
}
