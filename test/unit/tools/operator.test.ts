// A tool never writes to prod by accident: the flag is asked for before any connection is made. Tested for every tool
// there is, so that a new one cannot forget it.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemParts } from "#tools/operate/operator.ts";

const TOOLS = join(import.meta.dirname, "../../../tools");
const RUN_TIMEOUT_MS = 30_000;

/** A writing call of every operator command. */
const WRITING: Readonly<Record<string, readonly string[]>> = {
  "command.ts": ["stop", "main", "--reason", "test"],
  "dead-letters.ts": ["replay", "d1"],
  "keys.ts": ["check", "main", "--file", "none.json"],
  "rebuild.ts": ["state", "main"],
  "config.ts": ["show", "main"],
  "state.ts": ["main"],
  "upgrade.ts": ["write"],
};

const target = { environment: "prod", project: "ballast-prod", write: true, "allow-prod": false };

describe("an operator tool", () => {
  it("refuses to write to prod without the flag, and says which", async () => {
    await expect(systemParts(target)).rejects.toThrow("--allow-prod");
  });

  it("refuses an environment that does not exist", async () => {
    const misspelt = { ...target, environment: "production", write: false };
    await expect(systemParts(misspelt)).rejects.toThrow();
  });
});

describe("every operator tool", () => {
  const commands = readdirSync(TOOLS).filter((name) => {
    return (
      name.endsWith(".ts") && readFileSync(join(TOOLS, name), "utf8").includes('from "./operate/operator.ts"')
    );
  });

  it("is in this list", () => {
    expect(commands.sort()).toEqual(Object.keys(WRITING).sort());
  });

  it.each([...Object.entries(WRITING), ["rebuild.ts", ["peak", "main"]] as const])(
    "%s refuses to write to prod without --allow-prod",
    async (name, args) => {
      const given = [
        join(TOOLS, name),
        ...args,
        "--environment",
        "prod",
        "--project",
        "ballast-prod",
        "--write",
      ];
      const { code, stderr } = await run(given);
      expect(stderr).toContain("This would write to prod (project ballast-prod); add --allow-prod");
      expect(code).toBe(1);
    },
    RUN_TIMEOUT_MS,
  );

  it("reaches the store through the guarded parts only", () => {
    for (const name of commands) {
      const source = readFileSync(join(TOOLS, name), "utf8");
      expect(source, name).not.toMatch(/firebase-admin|adapters\/(firestore|pubsub)/);
    }
  });
});

function run(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], (error, _stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stderr });
    });
  });
}
