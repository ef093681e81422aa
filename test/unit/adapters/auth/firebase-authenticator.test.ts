// A token proves a user or it proves none; only an issuer that cannot be asked is an error.
import { AuthErrorCode, FirebaseAuthError } from "firebase-admin/auth";
import { describe, expect, it } from "vitest";
import { createFirebaseAuthenticator } from "#adapters/auth/firebase-authenticator.ts";
import { AuthError } from "#ports/authenticator.ts";

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const TOKEN = `${part({ alg: "RS256", kid: "k" })}.${part({ sub: "anna" })}.signature`;

function authError(code: AuthErrorCode): FirebaseAuthError {
  return new FirebaseAuthError({ code, message: `refused: ${code}` });
}

function authenticator(verify: (token: string, checkRevoked?: boolean) => Promise<unknown>) {
  return createFirebaseAuthenticator(() => ({ verifyIdToken: verify }) as never);
}

describe("the authenticator", () => {
  it("asks whether the token was revoked, and gives user, role and accounts as they are claimed", async () => {
    const asked: unknown[] = [];
    const { verify } = authenticator(async (token, checkRevoked) => {
      asked.push(token, checkRevoked);
      const firebase = { sign_in_provider: "password", sign_in_second_factor: "totp" };
      return { uid: "anna", role: "trader", accounts: ["main", 7], auth_time: 1_767_000_000, firebase };
    });
    expect(await verify(TOKEN)).toEqual({
      userId: "anna",
      role: "trader",
      accounts: ["main"],
      signedInAtMs: 1_767_000_000_000,
      hasSecondFactor: true,
    });
    expect(asked).toEqual([TOKEN, true]);
  });

  it("takes claims of another type for none", async () => {
    const claims = {
      uid: "anna",
      role: 1,
      accounts: "main",
      auth_time: "now",
      firebase: { sign_in_second_factor: 1 },
    };
    const none = { userId: "anna", role: null, accounts: [], signedInAtMs: 0, hasSecondFactor: false };
    expect(await authenticator(async () => claims).verify(TOKEN)).toEqual(none);
    expect(await authenticator(async () => ({ uid: "anna" })).verify(TOKEN)).toEqual(none);
  });

  it.each([
    "",
    "a.b",
    "a.b.c",
    `${part("x")}.${part({})}.s`,
    `${part({ alg: "none" })}.${part(null)}.s`,
    "x".repeat(9_000),
    `${part([])}.${part({})}.s`,
  ])("takes an invalid token for no user, unasked: %s", async (token) => {
    const { verify } = authenticator(() => Promise.reject(new Error("asked")));
    expect(await verify(token)).toBeNull();
  });

  it.each([
    AuthErrorCode.INVALID_ARGUMENT,
    AuthErrorCode.ID_TOKEN_EXPIRED,
    AuthErrorCode.ID_TOKEN_REVOKED,
    AuthErrorCode.USER_DISABLED,
    AuthErrorCode.USER_NOT_FOUND,
  ])("takes a refused token for no user: %s", async (code) => {
    const { verify } = authenticator(() => Promise.reject(authError(code)));
    expect(await verify(TOKEN)).toBeNull();
  });

  it.each([authError(AuthErrorCode.INTERNAL_ERROR), new Error("socket hang up")])(
    "says that it could not ask: %s",
    async (error) => {
      const { verify } = authenticator(() => Promise.reject(error));
      await expect(verify(TOKEN)).rejects.toBeInstanceOf(AuthError);
    },
  );
});
