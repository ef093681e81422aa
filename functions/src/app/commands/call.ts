// A request to the commands endpoint, free of the web framework.

/** Room for a config with every symbol and strategy; nothing else comes near it. */
export const MAX_COMMAND_BYTES = 64 * 1_024;

export type CommandTarget =
  | { readonly kind: "post" }
  | { readonly kind: "shadow" }
  | { readonly kind: "confirm"; readonly commandId: string };

export interface CommandCall {
  readonly target: CommandTarget;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes that were signed, as they came. */
  readonly rawBody: Uint8Array;
}
