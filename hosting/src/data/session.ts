// Who is signed in and which accounts their claims let them read. Keeps the sign-in across reloads; must not decide
// access, which firestore.rules does.
import type { FirebaseApp } from "firebase/app";
import {
  type Auth,
  browserLocalPersistence,
  connectAuthEmulator,
  indexedDBLocalPersistence,
  initializeAuth,
  onIdTokenChanged,
  signInWithEmailAndPassword,
  signOut,
} from "firebase/auth";
import { accountsOf, roleOf } from "../model/claims.ts";
import type { LocalStack } from "./settings.ts";

export interface Session {
  readonly email: string;
  /** From the claim `accounts`, in its order. */
  readonly accounts: readonly string[];
  /** From the claim `role`; an `operator` reads every account. */
  readonly role: string | null;
}

export function openAuth(app: FirebaseApp, local: LocalStack | null): Auth {
  const auth = initializeAuth(app, { persistence: [indexedDBLocalPersistence, browserLocalPersistence] });
  if (local !== null) connectAuthEmulator(auth, local.auth.url, { disableWarnings: true });
  return auth;
}

/** Calls back with the session now and at every change of user or claims; null when signed out. */
export function watchSession(
  auth: Auth,
  onSession: (session: Session | null) => void,
  onFault: (fault: unknown) => void,
): void {
  onIdTokenChanged(auth, (user) => {
    if (user === null) {
      onSession(null);
      return;
    }
    user.getIdTokenResult().then(
      ({ claims }) =>
        onSession({
          email: user.email ?? user.uid,
          accounts: accountsOf(claims),
          role: roleOf(claims),
        }),
      onFault,
    );
  });
}

/** Asks for a new token, which carries claims granted since the last; the session callback then runs. */
export async function refreshClaims(auth: Auth): Promise<void> {
  await auth.currentUser?.getIdToken(true);
}

export async function enter(auth: Auth, email: string, password: string): Promise<void> {
  await signInWithEmailAndPassword(auth, email, password);
}

/** The user that is signed in proves anew who it is: its next token says so. */
export async function enterAgain(auth: Auth, password: string): Promise<void> {
  const user = auth.currentUser;
  if (user?.email == null) throw new Error("There is no user with an e-mail address");
  await signInWithEmailAndPassword(auth, user.email, password);
}

export async function leave(auth: Auth): Promise<void> {
  await signOut(auth);
}
