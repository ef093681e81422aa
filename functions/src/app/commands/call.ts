// A request to the commands endpoint, free of the web framework.

export type CommandTarget =
  | { readonly kind: "post" }
  | { readonly kind: "shadow" }
  | { readonly kind: "warm" }
  | { readonly kind: "confirm"; readonly commandId: string };

export interface CommandCall {
  readonly target: CommandTarget;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes that were signed, as they came. */
  readonly rawBody: Uint8Array;
}
