// Secrets out of two secret parameters, each one JSON text: signing secrets by hook and by machine. Read when first
// asked for. No error here carries a value: the parser's message would quote one, so it is left out.
import { z } from "zod";
import { COMMAND_KINDS, COMMANDS_OF_A_MACHINE } from "#domain/command/role-table.ts";
import type { Secrets } from "#ports/secrets.ts";
import { MissingSecretError } from "#ports/secrets.ts";

export interface SecretParameters {
  /** `{"hookId": ["whsec_…"]}`, several while one is being rotated; null where the function is not given this secret. */
  readonly hookSecrets: string | null;
  /**
   * `{"machine": {"signingSecrets": ["whsec_…"], "accounts": ["main"], "commands": ["stop"]}}`; null as above. Without
   * `commands` a machine may only make trading stricter. `"role": "operator"` is a person's own secret.
   */
  readonly machineSecrets: string | null;
}

export const HOOK_SECRETS = "BALLAST_HOOK_SECRETS";
export const MACHINE_SECRETS = "BALLAST_MACHINE_SECRETS";
/** Standard Webhooks asks for 24 to 64 bytes; fewer than 16 can be guessed, so they are not taken for a secret. */
const MIN_SECRET_BYTES = 16;
const SECRET_PREFIX = "whsec_";
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const signingSecret = z
  .string()
  .startsWith(SECRET_PREFIX)
  .transform((text) => text.slice(SECRET_PREFIX.length))
  .refine((text) => BASE64.test(text) && Buffer.from(text, "base64").length >= MIN_SECRET_BYTES, {
    error: `must be ${SECRET_PREFIX} and at least ${MIN_SECRET_BYTES} bytes of base64`,
  });
const hookSecretsShape = z.record(z.string(), z.array(signingSecret).min(1));
const machineSecretsShape = z.record(
  z.string(),
  z.object({
    signingSecrets: z.array(signingSecret).min(1),
    accounts: z.array(z.string()),
    role: z.enum(["machine", "operator"]).default("machine"),
    commands: z.array(z.enum(COMMAND_KINDS)).default([...COMMANDS_OF_A_MACHINE]),
  }),
);

export function createParameterSecrets(parameters: SecretParameters): Omit<Secrets, "venueKeys"> {
  const hookSecrets = once(() => parse(HOOK_SECRETS, parameters.hookSecrets, hookSecretsShape));
  const machineSecrets = once(() => parse(MACHINE_SECRETS, parameters.machineSecrets, machineSecretsShape));
  return {
    async hookSigningSecrets(hookId) {
      return entry(hookSecrets(), hookId, HOOK_SECRETS, "hook");
    },
    async machineSecrets(machine) {
      return entry(machineSecrets(), machine, MACHINE_SECRETS, "machine");
    },
  };
}

function entry<Value>(map: Readonly<Record<string, Value>>, key: string, name: string, what: string): Value {
  const value = Object.hasOwn(map, key) ? map[key] : undefined;
  if (value !== undefined) return value;
  throw new MissingSecretError(
    `${name} has nothing for ${what} ${key}: add it to the secret and deploy again`,
  );
}

function parse<Value>(name: string, text: string | null, shape: z.ZodType<Value>): Value {
  if (text === null) {
    throw new MissingSecretError(
      `${name} is not set here: bind the secret to this function, or set it locally`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new MissingSecretError(`${name} is not JSON: store it as in .env.example`);
  }
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join(".") || name}: ${message}`);
  throw new MissingSecretError(`${name} is not of its shape (see .env.example): ${faults.join("; ")}`);
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
