// Routes as they are stored: a shape that is not known whole is never acted on.
import { expect, it } from "vitest";
import type { ExitRoute } from "#domain/documents/route.ts";
import { exitRouteSchema, legRouteSchema } from "#schemas/route.ts";

const EXIT: ExitRoute = {
  stage: "maker",
  referenceUsd: "50000",
  boundBps: 15,
  restsUntilMs: 1_767_323_045_678,
};

it("takes the route of an exit before and after its first order", () => {
  expect(exitRouteSchema.parse(EXIT)).toEqual(EXIT);
  expect(exitRouteSchema.safeParse({ ...EXIT, stage: "due", referenceUsd: null }).success).toBe(true);
});

it.each([
  ["a stage that nobody knows", { ...EXIT, stage: "market" }],
  ["a bound below zero", { ...EXIT, boundBps: -1 }],
  ["a reference of nothing", { ...EXIT, referenceUsd: "0" }],
  ["a field too many", { ...EXIT, steps: [] }],
  ["no time", { ...EXIT, restsUntilMs: undefined }],
])("refuses the route of an exit with %s", (_, route) => {
  expect(exitRouteSchema.safeParse(route).success).toBe(false);
});

it("refuses the route of an entry without an order", () => {
  expect(legRouteSchema.safeParse({ ...EXIT, steps: [] }).success).toBe(false);
});
