// Firebase Auth behind the authenticator port. Asks whether the user was disabled or signed out everywhere, which costs
// a round trip: commands are few, and a token that was taken away must not trade for the rest of its hour.
import { type Auth, type DecodedIdToken, FirebaseAuthError } from "firebase-admin/auth";
import { AuthError, type Authenticator, type SignedInUser } from "#ports/authenticator.ts";

/** Codes by which Firebase Auth refuses a token or its user; every other error is about reaching it. */
const PROVES_NOTHING: ReadonlySet<string> = new Set([
  "auth/argument-error",
  "auth/id-token-expired",
  "auth/id-token-revoked",
  "auth/invalid-argument",
  "auth/invalid-credential",
  "auth/invalid-id-token",
  "auth/tenant-id-mismatch",
  "auth/user-disabled",
  "auth/user-not-found",
]);

const MS_PER_S = 1_000;

/** Longer than any ID token; a larger header is not worth a signature check. */
const MAX_TOKEN_CHARACTERS = 8_192;

export function createFirebaseAuthenticator(auth: () => Pick<Auth, "verifyIdToken">): Authenticator {
  return {
    async verify(bearerToken) {
      if (bearerToken.length > MAX_TOKEN_CHARACTERS || !isShapedLikeJwt(bearerToken)) return null;
      try {
        return userOf(await auth().verifyIdToken(bearerToken, true));
      } catch (error) {
        if (error instanceof FirebaseAuthError && PROVES_NOTHING.has(error.code)) return null;
        throw new AuthError("Firebase Auth could not be asked about a token", { cause: error });
      }
    },
  };
}

/** The SDK calls a token that it cannot even parse an internal error, which a fault of ours would be too. */
function isShapedLikeJwt(token: string): boolean {
  const segments = token.split(".");
  return segments.length === 3 && segments.slice(0, 2).every(isJsonObject);
}

function isJsonObject(segment: string): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** A token is checked for its signature only: every claim may be missing, or of another type. */
type Claims = { readonly [Name in keyof DecodedIdToken]?: unknown };

function userOf(token: DecodedIdToken): SignedInUser {
  const { role, accounts, auth_time: signedInAtS, firebase } = token as Claims;
  const { sign_in_second_factor: factor } = (firebase ?? {}) as { readonly sign_in_second_factor?: unknown };
  return {
    userId: token.uid,
    role: typeof role === "string" ? role : null,
    accounts: Array.isArray(accounts) ? accounts.filter((each) => typeof each === "string") : [],
    // A token that does not say when is as old as can be.
    signedInAtMs: typeof signedInAtS === "number" ? signedInAtS * MS_PER_S : 0,
    hasSecondFactor: typeof factor === "string",
  };
}
