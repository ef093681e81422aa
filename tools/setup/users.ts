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

export interface UserAnswers {
  readonly email: string;
  readonly claims: Claims;
  /** Null: the user chooses one by the link. */
  readonly password: string | null;
}

export async function findUser(auth: Auth, email: string): Promise<UserRecord | null> {
  try {
    return await auth.getUserByEmail(email);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "auth/user-not-found") return null;
    throw error;
  }
}

export function claimsOf(user: UserRecord): Claims | null {
  const parsed = claimsSchema.safeParse(user.customClaims ?? {});
  return parsed.success ? parsed.data : null;
}

export function isAsWanted(user: UserRecord | null, { claims }: UserAnswers): boolean {
  return user !== null && !user.disabled && JSON.stringify(claimsOf(user)) === JSON.stringify(claims);
}

/** Resolves with the user's id. The claim reaches a signed-in browser within the hour, or at its next sign-in. */
export async function putUser(auth: Auth, { email, claims, password }: UserAnswers): Promise<string> {
  const present = await findUser(auth, email);
  const user =
    present ??
    (await auth.createUser({ email, emailVerified: true, ...(password === null ? {} : { password }) }));
  await auth.setCustomUserClaims(user.uid, claimsSchema.parse(claims));
  if (user.disabled) await auth.updateUser(user.uid, { disabled: false });
  return user.uid;
}
