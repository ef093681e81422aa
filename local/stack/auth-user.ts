// The operator's sign-in in the auth emulator, which forgets everything when it stops: the same user id and claims at
// every start, so that a browser that was signed in stays so.
import { ACCOUNT_ID, OPERATOR, PROJECT_ID } from "./settings.ts";

/** The emulator's stand-in for a service account's token. */
const OWNER = { authorization: "Bearer owner", "content-type": "application/json" };

class AuthSeedError extends Error {
  override readonly name = "AuthSeedError";
}

async function post(url: string, body: Readonly<Record<string, unknown>>): Promise<string | null> {
  const response = await fetch(url, { method: "POST", headers: OWNER, body: JSON.stringify(body) });
  if (response.ok) return null;
  const answer = (await response.json()) as { error?: { message?: string } };
  return answer.error?.message ?? `HTTP ${response.status}`;
}

/** Creates the operator, or sets password and claims when the user exists. Rejects with AuthSeedError. */
export async function ensureOperator(authOrigin: string): Promise<void> {
  const accounts = `${authOrigin}/identitytoolkit.googleapis.com/v1/projects/${PROJECT_ID}/accounts`;
  const { uid, email, password } = OPERATOR;
  const refused = await post(accounts, {
    localId: uid,
    email,
    password,
    displayName: "Operator",
    emailVerified: true,
  });
  if (refused !== null && !/^(EMAIL_EXISTS|DUPLICATE_LOCAL_ID)/.test(refused))
    throw new AuthSeedError(`The auth emulator did not create ${email}: ${refused}`);
  const customAttributes = JSON.stringify({ role: "operator", accounts: [ACCOUNT_ID] });
  const fault = await post(`${accounts}:update`, { localId: uid, password, customAttributes });
  if (fault !== null)
    throw new AuthSeedError(`The auth emulator did not take the claims of ${email}: ${fault}`);
}
