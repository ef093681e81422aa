// Guards the derived ids: they are protocol, so every vector here was computed outside this code (SHA-256 and base32
// by another implementation) and may never change.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alertId,
  clientOrderId,
  deadLetterId,
  groupId,
  intentId,
  quarantineId,
  signalId,
  taskName,
} from "#domain/documents/ids.ts";

describe("derived ids", () => {
  it.each([
    ["signal", signalId("hook-0001", "k"), "sovci5745odomn7r3pv66ttpziav4bz"],
    ["intent", intentId("s"), "iox6uw4mkwxurwhkohjjzr6ffka4dgs"],
    ["order", clientOrderId("a", "i", 0), "bnd6ismqamxu3earschzxrj5mkyp77p"],
    ["group", groupId("a", "i"), "ggr2y43d5cffzmcn5ucitsybilzrwvx"],
    ["task", taskName("followUp", "a", 1), "tut7bis4rrhdo5cuuyy42sjmoedjrfi"],
    ["alert", alertId("a", "C", "k"), "awkgqxa2m7wlpg23qow6jgg3mr7hjzk"],
    ["quarantine", quarantineId("webhook", "k"), "qzqmyw5kkchcjt4jz5im7w7dml6nktk"],
    ["dead letter", deadLetterId("intents", "i"), "dyso67oyg2x2zkkws4mzpohzb2rbc7a"],
  ])("are frozen: %s", (_kind, actual, frozen) => {
    expect(actual).toBe(frozen);
  });

  it("fit a venue's client id and a document path, whatever goes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), fc.nat(), (a, b, step) => {
        expect(clientOrderId(a, b, step)).toMatch(/^b[a-z2-7]{30}$/);
        expect(signalId(a, b)).toMatch(/^s[a-z2-7]{30}$/);
      }),
    );
  });

  it("never confuse where one part ends and the next begins", () => {
    expect(signalId("ab", "c")).not.toBe(signalId("a", "bc"));
    expect(signalId('a","b', "c")).not.toBe(signalId("a", 'b","c'));
    expect(clientOrderId("a", "i", 1)).not.toBe(clientOrderId("a", "i1", 0));
    expect(groupId("a", "i").slice(1)).not.toBe(clientOrderId("a", "i", 0).slice(1));
  });

  it("refuse a step that is not a count, and a task without a name", () => {
    for (const step of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => clientOrderId("a", "i", step)).toThrow(RangeError);
    expect(() => taskName()).toThrow(RangeError);
  });
});
