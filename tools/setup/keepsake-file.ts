// Answers and tokens of a setup beside the checkout, one file a project, readable by its owner only and never in git.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Keepsakes } from "./setup-parts.ts";

export function keepsakeFile(path: string): Keepsakes {
  const all = (): Readonly<Record<string, string>> => {
    try {
      return JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return {};
    }
  };
  return {
    get: (name) => all()[name] ?? null,
    put(name, text) {
      mkdirSync(dirname(path), { recursive: true });
      // Renamed when it is whole: a run may be killed in the middle of writing.
      writeFileSync(`${path}.half`, JSON.stringify({ ...all(), [name]: text }, null, 2), { mode: 0o600 });
      renameSync(`${path}.half`, path);
    },
  };
}
