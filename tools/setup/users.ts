// People in Firebase Auth, by email: made or given a role by the same call, so that a repetition changes nothing.
import type { Auth, UserRecord } from "firebase-admin/auth";
import { z } from "zod";
import { accountId } from "#schemas/primitives.ts";

/** As firestore.rules and the commands function read them. */
export const ROLES = ["operator", "trader", "viewer"] as const;

export const claimsSchema = z.strictObject({
  role: z.enum(ROLES),
  accounts: z.array(accountId),
});
export type Claims = z.output<typeof claimsSchema>;

export interface User {
  readonly uid: string;
  /** Null: none that this release knows. */
  readonly claims: Claims | null;
  readonly disabled: boolean;
}

/** The people of a deployment. Each call may be repeated. */
export interface Users {
  find(email: string): Promise<User | null>;
  /** Without a password the user chooses one by a link. Resolves with the user's id. */
  create(email: string, password: string | null): Promise<string>;
  /** A claim reaches a signed-in browser within the hour, or at its next sign-in. */
  give(uid: string, claims: Claims): Promise<void>;
}

export function authUsers(auth: Auth): Users {
  return {
    async find(email) {
      try {
        return userOf(await auth.getUserByEmail(email));
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === "auth/user-not-found") return null;
        throw error;
      }
    },
    async create(email, password) {
      const given = password === null ? {} : { password };
      return (await auth.createUser({ email, emailVerified: true, ...given })).uid;
    },
    async give(uid, claims) {
      await auth.setCustomUserClaims(uid, claimsSchema.parse(claims));
      await auth.updateUser(uid, { disabled: false });
    },
  };
}

export function userOf({ uid, customClaims, disabled }: UserRecord): User {
  const parsed = claimsSchema.safeParse(customClaims ?? {});
  return { uid, claims: parsed.success ? parsed.data : null, disabled };
}

export function hasRights(user: User | null, { role, accounts }: Claims): boolean {
  if (user === null || user.disabled || user.claims?.role !== role) return false;
  const present = new Set(user.claims.accounts);
  return present.size === accounts.length && accounts.every((each) => present.has(each));
}
