// Randomness as a port, so that the simulation can replay it.
export interface Identity {
  /** A new unguessable id, 16 to 36 characters of `[a-z0-9-]`. */
  newId(): string;
  /** Uniform in [0, 1): for jitter only, never for decisions about money. */
  random(): number;
}
