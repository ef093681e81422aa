// The command line of the local servers: one word for one thing in all five, every fault named at once with what would
// be right, and help and version without a port being taken.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  choice,
  flag,
  optionLines,
  readCommandLine,
  text,
  wholeNumber,
} from "@ballast/local-serving/command-line.ts";
import { describe, expect, it } from "vitest";

const OPTIONS = {
  port: wholeNumber([0, 65_535], { help: "port", variable: "PORT", standard: 8_080 }),
  data: text("DIR", { help: "directory", standard: undefined }),
  clock: choice(["real", "manual"], "clock", "real"),
  paused: flag("paused"),
};
const read = (args: readonly string[], env: Record<string, string> = {}) =>
  readCommandLine(OPTIONS, args, env);

describe("a command line", () => {
  it.each([
    ["says nothing", [], {}, { port: 8_080, data: undefined, clock: "real", paused: false }],
    [
      "has every option",
      ["--port=1", "--data", "d", "--clock", "manual", "--paused"],
      {},
      {
        port: 1,
        data: "d",
        clock: "manual",
        paused: true,
      },
    ],
    ["leaves an option to its variable", [], { PORT: "7" }, { port: 7 }],
    ["passes its variable by", ["--port", "0"], { PORT: "x" }, { port: 0 }],
  ])("that %s", (_what, args, env, expected) => {
    expect(read(args, env as Record<string, string>)).toMatchObject(expected);
  });

  it.each([
    ["an unknown option", ["--prot", "1"], "--prot is no option of this server"],
    ["a stray word", ["start"], "start belongs to no option"],
    ["a missing value", ["--port"], "--port needs a value: --port N"],
    ["the next option for a value", ["--data", "--paused"], "--data needs a value: --data DIR"],
    ["an empty value", ["--data="], "--data needs a value: --data DIR"],
    ["a value for a switch", ["--paused=yes"], "--paused is a switch and takes no value"],
    ["a word for a number", ["--port", "x"], "--port x is not a whole number from 0 to 65535"],
    ["a number that is too large", ["--port", "65536"], "--port 65536 is not a whole number from 0 to 65535"],
    ["a fraction", ["--port", "1.5"], "--port 1.5 is not a whole number"],
    ["an unknown choice", ["--clock", "fast"], "--clock fast is not one of real, manual"],
  ])("with %s is refused, saying what would be right", (_what, args, message) => {
    expect(() => read(args)).toThrow(message);
  });

  it("with several faults names all of them, those of variables included", () => {
    const faults = () => read(["--clock", "fast", "--nope"], { PORT: "http" });
    expect(faults).toThrow("PORT=http is not a whole number");
    expect(faults).toThrow("--clock fast");
    expect(faults).toThrow("--nope is no option");
  });

  it("is listed with the variable and the standard of each option", () => {
    expect(optionLines(OPTIONS)[0]).toMatch(/--port N +port \(also PORT, standard 8080\)/);
  });
});

describe("the servers", () => {
  const ask = async (server: string, ...args: readonly string[]) => {
    const main = new URL(`../../local/${server}/main.ts`, import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args]);
    return stdout;
  };

  it("say what they are, which version, and the same words for what they share", async () => {
    const servers = ["firestore", "pubsub", "tasks", "scheduler", "exchange"];
    const helps = await Promise.all(servers.map((server) => ask(server, "--help")));
    for (const option of ["host", "exit-with-parent", "help", "version"]) {
      const lines = helps.map((help) =>
        new RegExp(`^  --${option} .*$`, "m").exec(help)?.[0].replace(/ +/g, " "),
      );
      expect(new Set(lines).size, option).toBe(1);
    }
    for (const help of helps)
      expect(help).toMatch(/--port N +port to listen on; 0 picks a free one \(also BALLAST_/);
    expect(await ask("firestore", "--version")).toMatch(
      /^firestore \(@ballast\/local-firestore \d+\.\d+\.\d+\)\n$/,
    );
    expect(await ask("tasks", "--version")).toMatch(/^tasks \(ballast \d+\.\d+\.\d+\)\n$/);
  });

  it("that cannot start say why and where help is, and exit with 1", async () => {
    const failed = ask("scheduler", "--functions", "none");
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^scheduler: cannot start: --functions none is not .*main\.ts --help lists/,
      ),
    });
  });
});
