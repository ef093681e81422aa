// The rules of commands in the frame: their addresses, their words, and the call that taking a command is given.
import type { CommandTarget, ReceiveCommand } from "#app/commands";
import type { Deadline } from "#ports/deadline.ts";
import type { Logger } from "#ports/logger.ts";
import { derivedId } from "#schemas/primitives.ts";
import { type HttpRules, httpFront } from "./http-front.ts";

/** Room for a config with every symbol and strategy; nothing else comes near it. */
const MAX_BODY_BYTES = 64 * 1_024;

interface CommandsDeps {
  readonly receiveCommand: ReceiveCommand;
  readonly deadline: Deadline;
  readonly logger: Logger;
}

/** `/commands`, `/commands/shadow`, `/commands/warm`, `/commands/{id}/confirm`; Google's function address has the first segment taken off. */
export function commandTarget(path: string): CommandTarget | null {
  const segments = path.split("/").filter((segment) => segment !== "");
  const [first, second, ...more] = segments[0] === "commands" ? segments.slice(1) : segments;
  if (first === undefined) return { kind: "post" };
  if (more.length > 0) return null;
  if (second === undefined) return first === "shadow" || first === "warm" ? { kind: first } : null;
  const isConfirmation = second === "confirm" && derivedId.safeParse(first).success;
  return isConfirmation ? { kind: "confirm", commandId: first } : null;
}

const RULES: HttpRules<CommandTarget, CommandsDeps> = {
  checksFirst: "address",
  targetOf: commandTarget,
  maxBodyBytes: MAX_BODY_BYTES,
  words: {
    wrongMethod: "Commands are sent with POST",
    wrongAddressRemedy: "Post commands to /commands",
    bodyTooLargeRemedy: "Send one command",
    unavailable: "The command could not be taken",
    unavailableRemedy: "Send it again with the same Idempotency-Key; the operator's log has the cause",
    failed: "A command request failed",
  },
  receive: ({ receiveCommand }, target, { headers, rawBody }) => receiveCommand({ target, headers, rawBody }),
};

/** `reportUnusable` is told when the dependencies cannot be made, because the logger is one of them. */
export function commandsHandler(deps: () => CommandsDeps, reportUnusable: (error: unknown) => void) {
  return httpFront(RULES, { deps, reportUnusable });
}
