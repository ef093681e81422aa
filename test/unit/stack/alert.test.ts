// The alert that people paste is the alert that the webhook accepts, with the time of the moment it is pasted.
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { resolvePorts } from "#local/ports.ts";
import { alertBody, alertCommand } from "#local/stack/alert.ts";

describe("the paste-ready alert", () => {
  it("posts, through a POSIX shell, the same body that the check sends, at the current second", () => {
    const ports = resolvePorts({});
    const printArguments = `curl() { for argument in "$@"; do printf '%s\\n' "$argument"; done; }`;
    const beforeMs = Math.floor(Date.now() / 1000) * 1000;
    const output = execFileSync("sh", ["-c", `${printArguments}\n${alertCommand(ports, "token")}`], {
      encoding: "utf8",
    });
    const body = output.trim().split("\n").at(-1) ?? "";
    const { timenow } = JSON.parse(body) as { timenow: string };
    expect(body).toBe(alertBody(timenow, "token"));
    expect(Date.parse(timenow)).toBeGreaterThanOrEqual(beforeMs);
    expect(Date.parse(timenow)).toBeLessThanOrEqual(Date.now());
    const [, address] = output.split("\n");
    expect(address).toBe("http://127.0.0.1:5001/demo-ballast/asia-northeast1/webhook/hooks/tradingview-main");
  });
});
