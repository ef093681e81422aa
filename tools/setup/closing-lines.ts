// The last lines of setup: where everything is, what to paste into TradingView, how to sign in, what comes next.
import type { Auth } from "firebase-admin/auth";
import { origin } from "#local/stack/settings.ts";
import { firstMessage } from "#tools/alerts/examples.ts";
import { functionAddress, type Target } from "#tools/target/target.ts";
import type { SetupParts } from "./setup-parts.ts";
import { HOOK_TOKEN, keptTokenFits } from "./steps/document-steps.ts";

export async function closingLines(
  parts: SetupParts,
  target: Target,
  auth: Pick<Auth, "generatePasswordResetLink">,
): Promise<readonly string[]> {
  const { answers, keepsakes } = parts;
  const { localPorts, projectId } = target;
  const page = localPorts === null ? `https://${projectId}.web.app` : origin(localPorts, "hosting");
  const hook = (await keptTokenFits(parts))
    ? firstMessage(keepsakes.get(HOOK_TOKEN) ?? "")
    : `its token is not kept here: npm run ballast -- hook rotate ${answers.hookId} makes a new one`;
  const fixed =
    answers.fixedAddress === "yes"
      ? [addressLine(await parts.project.egressAddress(), answers.accountId)]
      : [];
  return [
    "",
    `Dashboard    ${page}`,
    `Sign in      ${answers.email}; choose a password: ${await auth.generatePasswordResetLink(answers.email)}`,
    `TradingView  ${functionAddress(target, "webhook")}/${answers.hookId}`,
    `  message    ${hook}`,
    ...fixed,
    "Next         docs/alerts.md: a message for every purpose; npm run ballast -- --help: all that can be changed",
  ];
}

function addressLine(address: string | null, accountId: string): string {
  if (address === null)
    return "Address      none of its own: the local stack leaves by this machine's address";
  return `Address      ${address}: enter it in the key's IP restriction at the venue, then set venueAccount.keyAddressBound in the config of ${accountId}`;
}
