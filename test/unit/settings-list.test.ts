// .env.example lists exactly the settings that the code reads.
import { describe, expect, it } from "vitest";
import { LOCAL_PORTS } from "#local/ports.ts";
import { readText } from "#tools/house/source.ts";

const NAME = /\bBALLAST_[A-Z_]+\b/g;

function namesIn(path: string): ReadonlySet<string> {
  return new Set(readText(path).match(NAME));
}

describe(".env.example", () => {
  it("lists exactly the settings that functions and local stack read", () => {
    const ports = Object.values(LOCAL_PORTS).map(({ env }) => env);
    const read = new Set([...namesIn("functions/src/config.ts"), ...ports]);
    expect([...namesIn(".env.example")].sort()).toEqual([...read].sort());
  });
});
