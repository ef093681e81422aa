// Why a sign-in failed, with what to do about it.

const FAULTS: Readonly<Record<string, string>> = {
  "auth/invalid-credential": "E-mail or password is wrong. Check both and try again.",
  "auth/invalid-email": "This is not an e-mail address. Check it and try again.",
  "auth/user-disabled": "This user is disabled. Ask an operator to enable it.",
  "auth/too-many-requests": "Too many attempts. Wait a few minutes, then try again.",
  "auth/network-request-failed": "The sign-in service cannot be reached. Check the network and try again.",
};
// Projects without e-mail enumeration protection answer with these instead.
const ALIASES: Readonly<Record<string, string>> = {
  "auth/wrong-password": "auth/invalid-credential",
  "auth/user-not-found": "auth/invalid-credential",
};

/** A sentence for the fault that Firebase Auth threw. */
export function signInSentence(fault: unknown): string {
  const code = String((fault as { code?: unknown } | null)?.code ?? fault);
  return (
    FAULTS[ALIASES[code] ?? code] ?? `Sign-in failed (${code}). Try again; if it persists, ask an operator.`
  );
}
