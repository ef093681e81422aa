// An operator of the running stack, as the dashboard is one: signs in, posts a command, confirms it where that is
// asked, and follows it to its outcome.
import { paths } from "#domain/documents/paths.ts";
import { ACCOUNT_ID, functionsBaseUrl, OPERATOR, origin } from "#local/stack/settings.ts";
import type { TestStack } from "#test/support/stack.ts";

/** As the seed names the account; whoever confirms types it. */
export const ACCOUNT_NAME = "Main (paper)";
/** A cold function on two cores that other suites share, and the schedule that picks up what a lost message left. */
export const OUTCOME_TIMEOUT_MS = 120_000;

interface PostedAnswer {
  readonly status: number;
  readonly body: { readonly commandId: string; readonly status: string; readonly sequence?: number };
}

async function idToken(stack: TestStack): Promise<string> {
  const { email, password } = OPERATOR;
  const response = await fetch(
    `${origin(stack.ports, "auth")}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=local`,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password, returnSecureToken: true }),
    },
  );
  return ((await response.json()) as { idToken: string }).idToken;
}

/** Posts to the commands function; `path` is below it. */
async function post(stack: TestStack, path: string, body: object): Promise<PostedAnswer> {
  const response = await fetch(`${functionsBaseUrl(stack.ports)}/commands${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${await idToken(stack)}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as PostedAnswer["body"] };
}

/** Resolves when the command is stored in sequence: with its id. Rejects with the function's answer otherwise. */
export async function postCommand(stack: TestStack, request: object, reason: string): Promise<string> {
  const accountId = ACCOUNT_ID;
  const posted = await post(stack, "", { accountId, request, reason });
  if (posted.status !== 202) throw new Error(`The command was not taken: ${JSON.stringify(posted)}`);
  const { commandId, status } = posted.body;
  if (status !== "UNCONFIRMED") return commandId;
  const confirmed = await post(stack, `/${commandId}/confirm`, {
    accountId,
    commandId,
    accountName: ACCOUNT_NAME,
  });
  if (confirmed.status !== 202)
    throw new Error(`The command was not confirmed: ${JSON.stringify(confirmed)}`);
  return commandId;
}

/** Resolves with the command's final status and outcome. */
export async function outcomeOf(
  stack: TestStack,
  commandId: string,
): Promise<{ readonly status: string; readonly outcome: string }> {
  return await stack.database.waitFor(
    paths.command(ACCOUNT_ID, commandId),
    "outcome",
    OUTCOME_TIMEOUT_MS,
    ({ status, outcome }) =>
      status === "STORED" ? null : { status: String(status), outcome: String(outcome) },
  );
}
