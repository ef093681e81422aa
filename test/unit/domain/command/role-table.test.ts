// The table of roles said again in words of its own: the function, the page of roles and the matrix of tests all read that
// table, so a cell that is wrong in it would be wrong in each of them alike.
import { describe, expect, it } from "vitest";
import { applyCommand } from "#domain/command/apply-command.ts";
import { COMMAND_TABLE, type CommandRole, type CommandRow } from "#domain/command/role-table.ts";
import { command } from "#test/support/commands.ts";
import { latchWith, NOW_MS, nav, peak } from "#test/support/factories.ts";
import { configWith, controlWith } from "#test/support/world.ts";

const rows = Object.keys(COMMAND_TABLE) as readonly CommandRow[];
const without = (role: CommandRole) => rows.filter((row) => COMMAND_TABLE[row][role] === "no").toSorted();
const OVERRULING = ["resume after a drawdown", "start after a drawdown"];

describe("the table of roles", () => {
  it("keeps nothing from an operator", () => {
    expect(without("operator")).toEqual([]);
  });

  it("keeps the config, and what overrules a drawdown, from a trader", () => {
    expect(without("trader")).toEqual([...OVERRULING, "set_config"].toSorted());
  });

  it("keeps from a machine what it keeps from a trader, and comparing; the rest only as its entry lists it", () => {
    expect(without("machine")).toEqual([...OVERRULING, "compare configs", "set_config"].toSorted());
    expect(rows.filter((row) => COMMAND_TABLE[row].machine === "yes")).toEqual([]);
  });

  it("keeps everything from a viewer", () => {
    expect(without("viewer")).toEqual([...rows].toSorted());
  });
});

describe("a drawdown's halt", () => {
  it.each([
    ["start", "operator"],
    ["start", "trader"],
    ["start", "machine"],
    ["resume", "operator"],
    ["resume", "trader"],
    ["resume", "machine"],
  ] as const)("is ended by %s of %s as the table says", (kind, role) => {
    const reason = "The strategy was mended, half the size now";
    const request = kind === "start" ? { kind, horizonAtMs: null, stopLossNavUsd: null } : { kind };
    const posted = command({
      request,
      reason,
      byOperator: role === "operator",
      expiresAtMs: NOW_MS + 60_000,
    });
    const { status } = applyCommand(posted, {
      control: controlWith({
        tradingState: latchWith({ state: "HALTED", cause: "drawdown" }),
        drawdownGrade: "HALT",
        session: null,
      }),
      config: configWith(),
      nav: nav(),
      peak: peak(),
      alert: null,
      nextVersionExists: false,
      nowMs: NOW_MS,
    });
    const row = `${kind} after a drawdown` as const;
    expect(status).toBe(COMMAND_TABLE[row][role] === "yes" ? "DONE" : "REFUSED");
  });
});
