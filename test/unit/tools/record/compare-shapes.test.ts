// Shapes are compared by field names and JSON types: each difference is said once, by its path.
import { describe, expect, it } from "vitest";
import { shapeFaults } from "#tools/record/compare-shapes.ts";

describe("the shape of an answer", () => {
  it.each<[string, unknown, readonly unknown[], readonly string[]]>([
    ["is known whatever the values are", { a: "1", b: 2 }, [{ a: "x", b: 0 }], []],
    ["lacks a field", { a: "1" }, [{ a: "1", b: 2 }], ["answer.b is missing"]],
    ["has a field more", { a: "1", c: 1 }, [{ a: "1" }], ["answer.c is not known"]],
    ["has another type", { a: 1 }, [{ a: "1" }], ["answer.a is number, known is string"]],
    ["has null for a text", { a: null }, [{ a: "1" }], ["answer.a is null, known is string"]],
    ["is one of several known ones", { a: null }, [{ a: "1" }, { a: null }], []],
    ["is compared with the nearest", { a: 1, b: 1 }, [{ a: 1 }, { a: 1, b: 1, c: 1 }, { a: 1, b: 1 }], []],
    [
      "says a difference of many rows once",
      [{ a: 1 }, { a: 2 }],
      [[{ b: 1 }]],
      ["answer[].b is missing", "answer[].a is not known"],
    ],
    ["has an empty list where rows are known", [], [[{ b: 1 }]], []],
    ["has rows where only empty lists are known", [{ a: 1 }], [[]], []],
    [
      "has a filter that is not known",
      [{ filterType: "NEW" }],
      [[{ filterType: "OLD" }]],
      ["answer[] of filterType NEW is not known"],
    ],
    [
      "is compared filter by filter",
      [{ filterType: "A", x: 1 }, { filterType: "B" }],
      [[{ filterType: "B" }, { filterType: "A", x: 1 }]],
      [],
    ],
    ["is a list where one row is known", [1], [{ a: 1 }], ["answer is array, known is object"]],
  ])("%s", (_case, answer, known, faults) => {
    expect(shapeFaults(answer, known)).toEqual(faults);
  });
});
