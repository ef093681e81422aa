// The page reads a document as the functions do: older shapes in the present one, and of a newer one nothing but the
// release that it needs.
import { expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { shapeOf } from "#hosting/data/versioned.ts";
import { reasonUnknown } from "#hosting/model/watched.ts";

it.each([[{ a: 1 }], [{ a: 1, schema: { version: 1, since: "0.1.0" } }]])("reads %o as it is", (data) => {
  expect(shapeOf(paths.universe("binance-usdm"), data)).toEqual({ kind: "shape", shape: data });
});

it("shows which release a newer document needs, and no value of it", () => {
  const data = { markets: {}, schema: { version: 9, since: "0.9.0" } };
  const read = shapeOf(paths.universe("binance-usdm"), data);
  expect(read).toEqual({ kind: "newer", since: "0.9.0" });
  expect(reasonUnknown({ kind: "newer", since: "0.9.0" })).toMatch(/release 0\.9\.0: reload the page/);
});

it("takes a stamp that says nothing for one of a later release", () => {
  expect(shapeOf(paths.universe("binance-usdm"), { schema: "2" })).toEqual({
    kind: "newer",
    since: "unknown",
  });
});
