// Secrets by name and account. Values never enter documents, logs or errors.
export interface VenueKeys {
  readonly apiKey: string;
  readonly secret: string;
}

/** A machine that may post commands: what proves it, and for which accounts. */
export interface MachineSecrets {
  /** Several while one is being rotated, `whsec_` prefix removed, base64. */
  readonly signingSecrets: readonly string[];
  readonly accounts: readonly string[];
}

export interface Secrets {
  /** Throws MissingSecretError, naming the secret and the remedy. */
  venueKeys(accountId: string): Promise<VenueKeys>;
  /** Signing secrets of a hook in signed mode (several while one is being rotated), `whsec_` prefix removed, base64. */
  hookSigningSecrets(hookId: string): Promise<readonly string[]>;
  machineSecrets(machine: string): Promise<MachineSecrets>;
}

export class MissingSecretError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MissingSecretError";
  }
}
