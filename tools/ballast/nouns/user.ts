// `user`: people who may read or command, by their email. A role and the accounts are claims of their sign-in.
import { authUsers, type Claims, claimsSchema, ROLES, userOf } from "#tools/setup/users.ts";
import type { OperatorParts } from "#tools/target/parts.ts";
import type { TargetValues } from "#tools/target/target.ts";
import { type AddNoun, listed, onTarget, reading, writing } from "#tools/target/verbs.ts";

const LISTED = 1_000;

interface GrantValues extends TargetValues {
  readonly role: string;
  readonly accounts: string;
}

interface CreateValues extends GrantValues {
  readonly password?: string;
}

export const user: AddNoun = (program) => {
  const noun = program.command("user").description("People who may read or command");
  reading(noun, "list", "Every user, role and accounts").action((values: TargetValues) =>
    onTarget(values, list),
  );
  writing(noun, "create <email>", "A user with a role; one that exists is given it")
    .option("--role <role>", ROLES.join(", "), "viewer")
    .option("--accounts <list>", "accounts that a trader commands and a viewer reads", "")
    .option("--password <text>", "without it a link to choose one is shown")
    .action((email: string, values: CreateValues) =>
      onTarget(values, (parts) => create(parts, email, values)),
    );
  writing(noun, "disable <email>", "End every sign-in and let none begin").action(
    (email: string, values: TargetValues) => onTarget(values, (parts) => disable(parts, email)),
  );
};

async function list({ auth, say }: OperatorParts): Promise<void> {
  const { users } = await auth().listUsers(LISTED);
  if (users.length === 0) say("No users: user create makes one");
  for (const each of users) {
    const { claims } = userOf(each);
    const rights = claims === null ? "no role" : `${claims.role}  ${claims.accounts.join(",")}`;
    say(`${each.email ?? each.uid}  ${rights}${each.disabled ? "  disabled" : ""}`);
  }
}

async function create(parts: OperatorParts, email: string, values: CreateValues): Promise<void> {
  const { auth, say, writes } = parts;
  const claims: Claims = claimsSchema.parse({ role: values.role, accounts: listed(values.accounts) });
  if (claims.role !== "operator" && claims.accounts.length === 0)
    throw new Error(`A ${claims.role} needs accounts: --accounts main`);
  say(`${writes ? "Giving" : "Would give"} ${email} ${JSON.stringify(claims)}`);
  if (!writes) return;
  const users = authUsers(auth());
  const present = await users.find(email);
  const uid = present?.uid ?? (await users.create(email, values.password ?? null));
  await users.give(uid, claims);
  if (present === null && values.password === undefined)
    say(`To choose a password: ${await auth().generatePasswordResetLink(email)}`);
}

async function disable({ auth, say, writes }: OperatorParts, email: string): Promise<void> {
  const found = await authUsers(auth()).find(email);
  if (found === null) throw new Error(`There is no user ${email}`);
  say(`${writes ? "Disabling" : "Would disable"} ${email}`);
  if (!writes) return;
  await auth().updateUser(found.uid, { disabled: true });
  await auth().revokeRefreshTokens(found.uid);
}
