// A request that a form's fields make, or their fault with its remedy. Pure.
import type { CommandRequest } from "#domain/documents/command.ts";

/** Why something could not be sent, and what to do. */
export interface SendFault {
  readonly text: string;
  readonly remedy: string;
}

interface Invalid {
  readonly ok: false;
  readonly fault: SendFault;
}

export type Parsed = { readonly ok: true; readonly request: CommandRequest } | Invalid;

export function invalid(text: string, remedy: string): Invalid {
  return { ok: false, fault: { text, remedy } };
}
