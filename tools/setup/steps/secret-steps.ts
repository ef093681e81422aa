// Secrets before the functions that need them: keys of the account at its paper venue, a signing secret for the proof, one
// for the machine that commands. A secret that is there stays as it is.
import { venueKeysSecret } from "#adapters/secrets/cloud-secret-keys.ts";
import { HOOK_SECRETS, MACHINE_SECRETS } from "#adapters/secrets/parameter-secrets.ts";
import { paths } from "#domain/documents/paths.ts";
import { newSigningSecret } from "#domain/signal/new-secrets.ts";
import { entriesOf, putEntry } from "../secret-entries.ts";
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";
import { read } from "./read-document.ts";

/** The machine that posts commands from the command line. */
const MACHINE = "bot";

/** Takes signed alerts for the account: the proof of setup is sent to it. */
export function proofHookId(accountId: string): string {
  return `signed-${accountId}`.padEnd(8, "-");
}

export function secretSteps(parts: SetupParts): readonly Step[] {
  const { answers, random } = parts;
  const { accountId } = answers;
  return [
    venueKeys(parts),
    entry(parts, HOOK_SECRETS, proofHookId(accountId), () => [newSigningSecret(random)]),
    entry(parts, MACHINE_SECRETS, MACHINE, () => ({
      signingSecrets: [newSigningSecret(random)],
      accounts: [accountId],
      // A person signs with it at the command line.
      role: "operator",
    })),
  ];
}

function venueKeys({ project, documents, answers, venueKeys: given }: SetupParts): Step {
  const { accountId } = answers;
  const secret = venueKeysSecret(accountId);
  const wants = [`${secret}: the account's keys at its paper venue`];
  return {
    name: "venue keys",
    needs: ["APIs"],
    wants,
    async missing() {
      const form = await project.keyForm();
      if (form === null || form.kind === "plain")
        return (await project.secretText(secret)) === null ? wants : [];
      if ((await read(documents, paths.sealedKeys(accountId))) !== null) return [];
      throw new Error(`the deployment reads sealed keys: npm run ballast -- keys seal ${accountId}`);
    },
    async apply() {
      const keys = given();
      if (keys === null) throw new Error(`no keys for ${accountId} were given: --keys-file FILE`);
      await project.addSecretVersion(secret, JSON.stringify(keys));
    },
  };
}

function entry({ project }: SetupParts, secret: string, key: string, value: () => unknown): Step {
  const wants = [`${secret}: an entry for ${key}`];
  return {
    name: `secret ${secret}`,
    needs: ["APIs"],
    wants,
    missing: async () => (Object.hasOwn(await entriesOf(project, secret), key) ? [] : wants),
    apply: () => putEntry(project, secret, key, value()),
  };
}
