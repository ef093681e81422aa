// Which accounts a sign-in may read, by its token’s claims. The rules decide; this only knows what to ask for.

/** The accounts that a token's claims name; a claim that is anything but a list of text names none. */
export function accountsOf(claims: Readonly<Record<string, unknown>>): string[] {
  const { accounts } = claims;
  return Array.isArray(accounts) ? accounts.filter((id) => typeof id === "string" && id !== "") : [];
}

/** The role that a token's claims name; null for none. */
export function roleOf(claims: Readonly<Record<string, unknown>>): string | null {
  return typeof claims.role === "string" ? claims.role : null;
}
