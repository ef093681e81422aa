// Who may command an account, by the token's claims. The function behind /commands decides; this only spares the
// reader buttons that would be refused, and says why.

export interface Claims {
  readonly role: string | null;
  readonly accounts: readonly string[];
}

export interface Rights {
  readonly mayCommand: boolean;
  /** Why not, and who can change that; null where commands are allowed. */
  readonly reason: string | null;
}

export function commandRights({ role, accounts }: Claims, accountId: string): Rights {
  if (role === "operator" || (role === "trader" && accounts.includes(accountId)))
    return { mayCommand: true, reason: null };
  return {
    mayCommand: false,
    reason:
      "You may read this account, not command it. Ask an operator to give your user the role “trader” or “operator”, then sign in again.",
  };
}
