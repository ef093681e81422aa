// Carries a command from the reader's wish to its stored document: opens the form, sends, confirms with the
// typed name, and leaves the rest to the listener on the commands. One draft is one command, however often it
// is sent.
import type { Auth } from "firebase/auth";
import { type CommandRequest, NEEDS_CONFIRMATION } from "#domain/documents/command.ts";
import {
  CommandFault,
  confirmCommand,
  postCommand,
  SignInTooOldFault,
  warmUp,
} from "./data/command-client.ts";
import { enterAgain } from "./data/session.ts";
import { type Draft, type DraftFields, type DraftKind, newDraft, requestOf } from "./model/draft.ts";
import type { SendFault } from "./model/parsed.ts";
import { signInSentence } from "./model/sign-in-words.ts";
import type { Store } from "./store.ts";

const ACKNOWLEDGED = "Seen on the dashboard";

/** The person could not sign in again; the command was not sent. */
class ReSignInFault extends CommandFault {
  override readonly name = "ReSignInFault";
  constructor(text: string, cause: unknown) {
    super({ text, remedy: "Nothing was sent." }, cause);
  }
}

function faultOf(fault: unknown): SendFault {
  return fault instanceof CommandFault
    ? fault.fault
    : { text: `Unexpected: ${String(fault)}.`, remedy: "Reload the page. If it persists, report this text." };
}

export class CommandDesk {
  readonly #auth: Auth;
  readonly #store: Store;
  #idempotencyKey = "";

  constructor(auth: Auth, store: Store) {
    this.#auth = auth;
    this.#store = store;
  }

  open(kind: DraftKind, fields: Partial<DraftFields>): void {
    this.#idempotencyKey = crypto.randomUUID();
    this.#store.change({ draft: newDraft(kind, fields) });
  }

  /** When the view with the brake is shown. */
  warmUp(): void {
    const { phase } = this.#store.state;
    if (phase.kind === "account" && phase.rights.mayCommand) void warmUp(this.#auth, phase.accountId);
  }

  edit(fields: Partial<DraftFields>): void {
    const { draft } = this.#store.state;
    if (draft?.phase !== "writing") return;
    // Another wish is another command; only the typed name may be mended within one.
    const isAnother = Object.keys(fields).some((name) => name !== "accountName");
    if (isAnother) this.#idempotencyKey = crypto.randomUUID();
    const fault = isAnother ? null : draft.fault;
    this.#change(draft, { fault, fields: { ...draft.fields, ...fields } });
  }

  close(): void {
    this.#store.change({ draft: null });
  }

  /** Sends what is written, and its confirmation where it needs one; with a password, after signing in again. */
  async send(password: string | null): Promise<void> {
    const { draft, phase, nowMs } = this.#store.state;
    if (draft?.phase !== "writing" || phase.kind !== "account") return;
    const parsed = requestOf(draft, nowMs);
    if (!parsed.ok) {
      this.#change(draft, { fault: parsed.fault });
      return;
    }
    const { accountId } = phase;
    const sending = this.#change(draft, { phase: "sending", fault: null });
    try {
      if (password !== null) {
        await this.#signInAgain(password);
        // Cancelled while the sign-in was on its way: nothing is ordered any more.
        if (!this.#isShown(sending)) return;
      }
      const commandId = await this.#ordered(accountId, draft, parsed.request);
      this.#changeIfShown(sending, { phase: "followed", commandId });
    } catch (fault) {
      const asksPassword = fault instanceof SignInTooOldFault || fault instanceof ReSignInFault;
      this.#changeIfShown(sending, { phase: "writing", fault: faultOf(fault), asksPassword });
    }
  }

  /** The command's id, once it is stored and, where it needs that, confirmed. */
  async #ordered(accountId: string, draft: Draft, request: CommandRequest): Promise<string | null> {
    const answer = await postCommand(this.#auth, {
      accountId,
      request,
      reason: draft.fields.reason.trim(),
      idempotencyKey: this.#idempotencyKey,
    });
    const { commandId } = answer;
    if (commandId !== null && NEEDS_CONFIRMATION.has(draft.kind) && answer.status === "UNCONFIRMED") {
      await confirmCommand(this.#auth, accountId, commandId, draft.fields.accountName.trim());
    }
    return commandId;
  }

  async #signInAgain(password: string): Promise<void> {
    try {
      await enterAgain(this.#auth, password);
    } catch (cause) {
      throw new ReSignInFault(signInSentence(cause), cause);
    }
  }

  async acknowledge(alertId: string): Promise<void> {
    const { phase } = this.#store.state;
    if (phase.kind !== "account") return;
    this.#noteAcknowledging(alertId, "sending");
    try {
      await postCommand(this.#auth, {
        accountId: phase.accountId,
        request: { kind: "ack_alert", alertId },
        reason: ACKNOWLEDGED,
        idempotencyKey: crypto.randomUUID(),
      });
      this.#noteAcknowledging(alertId, "sent");
    } catch (fault) {
      this.#noteAcknowledging(alertId, faultOf(fault));
    }
  }

  #noteAcknowledging(alertId: string, sending: "sending" | "sent" | SendFault): void {
    const acknowledging = new Map(this.#store.state.acknowledging).set(alertId, sending);
    this.#store.change({ acknowledging });
  }

  #change(draft: Draft, part: Partial<Draft>): Draft {
    const changed = { ...draft, ...part };
    this.#store.change({ draft: changed });
    return changed;
  }

  /** Not when the reader has closed it meanwhile: the list of commands follows it then. */
  #changeIfShown(draft: Draft, part: Partial<Draft>): void {
    if (this.#isShown(draft)) this.#change(draft, part);
  }

  #isShown(draft: Draft): boolean {
    return this.#store.state.draft === draft;
  }
}
