// Secrets are found or named as missing; what they hold never shows.
import { describe, expect, it } from "vitest";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { MissingSecretError } from "#ports/secrets.ts";

const SIGNING = Buffer.from("0123456789abcdef01234567").toString("base64");

describe("secrets from parameters", () => {
  it("gives a hook its signing secrets without the prefix", async () => {
    const hookSecrets = JSON.stringify({ hook: [`whsec_${SIGNING}`, `whsec_${SIGNING}`] });
    const secrets = createParameterSecrets({ hookSecrets, machineSecrets: null });
    expect(await secrets.hookSigningSecrets("hook")).toEqual([SIGNING, SIGNING]);
  });

  it("gives a machine its signing secrets without the prefix, and the accounts it may command", async () => {
    const machineSecrets = JSON.stringify({
      bot: { signingSecrets: [`whsec_${SIGNING}`], accounts: ["main"] },
    });
    const secrets = createParameterSecrets({ hookSecrets: null, machineSecrets });
    expect(await secrets.machineSecrets("bot")).toEqual({
      signingSecrets: [SIGNING],
      accounts: ["main"],
      role: "machine",
      commands: ["stop", "pause", "flatten"],
    });
    await expect(secrets.machineSecrets("other")).rejects.toThrow("nothing for machine other");
  });

  it("takes a machine's commands and role from its entry, and only such as exist", async () => {
    const entry = { signingSecrets: [`whsec_${SIGNING}`], accounts: ["main"] };
    const given = async (more: object) => {
      const machineSecrets = JSON.stringify({ bot: { ...entry, ...more } });
      return await createParameterSecrets({ hookSecrets: null, machineSecrets }).machineSecrets("bot");
    };
    expect(await given({ commands: ["resume"] })).toMatchObject({ commands: ["resume"] });
    expect(await given({ commands: [] })).toMatchObject({ commands: [] });
    expect(await given({ role: "operator" })).toMatchObject({ role: "operator" });
    await expect(given({ commands: ["rm"] })).rejects.toBeInstanceOf(MissingSecretError);
    await expect(given({ role: "root" })).rejects.toBeInstanceOf(MissingSecretError);
  });

  it.each(["other", "constructor", "__proto__"])("names the hook that has none: %s", async (hookId) => {
    const hookSecrets = JSON.stringify({ hook: [`whsec_${SIGNING}`] });
    const asked = createParameterSecrets({ hookSecrets, machineSecrets: null }).hookSigningSecrets(hookId);
    await expect(asked).rejects.toThrow(`BALLAST_HOOK_SECRETS has nothing for hook ${hookId}`);
  });

  it.each([
    ["not given to this function", null, "not set here"],
    ["not JSON", "whsec_leaked-value", "not JSON"],
    ["not a map of lists", '{"hook": "whsec_leaked-value"}', "not of its shape"],
    ["without the prefix", '{"hook": ["leaked-value"]}', "not of its shape"],
    ["too short to be one", '{"hook": ["whsec_bGVha2Vk"]}', "at least 16 bytes"],
    ["an empty list", '{"hook": []}', "not of its shape"],
  ])("says what is wrong with a parameter, and not what it holds: %s", async (_, hookSecrets, words) => {
    const secrets = createParameterSecrets({ hookSecrets, machineSecrets: null });
    const error: unknown = await secrets.hookSigningSecrets("hook").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MissingSecretError);
    const shown = error instanceof Error ? `${error.message} ${error.stack} ${String(error.cause)}` : "";
    expect(shown).toContain(words);
    expect(shown).not.toMatch(/leaked|bGVha2Vk/);
  });
});
