// Secrets by name and account. Values never enter documents, logs or errors.
import type { CommandKind } from "#domain/documents/command.ts";

export interface VenueKeys {
  readonly apiKey: string;
  readonly secret: string;
}

/** Keys as they are stored. */
export interface StoredKeys extends VenueKeys {
  /** Which of the keys stored one after the other these are. Says nothing of the keys themselves. */
  readonly revision: string;
}

/** A machine that may post commands: what proves it, and for which accounts. */
export interface MachineSecrets {
  /** Several while one is being rotated, `whsec_` prefix removed, base64. */
  readonly signingSecrets: readonly string[];
  readonly accounts: readonly string[];
  /** `operator`: the secret is a person's own, who commands like one. */
  readonly role: "machine" | "operator";
  /** Commands that a machine may post. */
  readonly commands: readonly CommandKind[];
}

export interface Secrets {
  /**
   * The account's keys as they are stored now. Throws MissingSecretError, naming the secret and the remedy, and
   * SecretsUnavailableError.
   */
  venueKeys(accountId: string): Promise<StoredKeys>;
  /** Signing secrets of a hook in signed mode (several while one is being rotated), `whsec_` prefix removed, base64. */
  hookSigningSecrets(hookId: string): Promise<readonly string[]>;
  machineSecrets(machine: string): Promise<MachineSecrets>;
}

export class MissingSecretError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MissingSecretError";
  }
}

/** The store of secrets could not be asked: the secret may be there. */
export class SecretsUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SecretsUnavailableError";
  }
}
