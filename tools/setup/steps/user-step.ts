// The first user: an operator, who reads and commands every account.
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";
import { type Claims, hasRights } from "../users.ts";

const OPERATOR: Claims = { role: "operator", accounts: [] };

export function firstUser({ users, answers }: SetupParts): Step {
  const { email } = answers;
  const wants = [`user ${email} with role operator`];
  return {
    name: "first user",
    needs: ["sign-in"],
    wants,
    missing: async () => (hasRights(await users.find(email), OPERATOR) ? [] : wants),
    async apply() {
      const present = await users.find(email);
      await users.give(present?.uid ?? (await users.create(email, null)), OPERATOR);
    },
  };
}
