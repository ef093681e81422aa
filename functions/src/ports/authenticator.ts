// Who a bearer token speaks for. Must not decide what they may do; that is app/commands.

/** The claims that the token's issuer vouches for. A missing claim is null or empty, never guessed. */
export interface SignedInUser {
  readonly userId: string;
  readonly role: string | null;
  readonly accounts: readonly string[];
  /** When the person signed in, which is earlier than the token. */
  readonly signedInAtMs: number;
  /** Whether that took a second factor. */
  readonly hasSecondFactor: boolean;
}

export interface Authenticator {
  /** Null for a token that proves nothing: forged, expired, revoked, of another project. Rejects with AuthError. */
  verify(bearerToken: string): Promise<SignedInUser | null>;
}

/** The issuer could not be asked; the token may be good. */
export class AuthError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AuthError";
  }
}
