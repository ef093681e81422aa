// HTTP around commands: method, path, and an answer in JSON whatever happens. Must not decide anything about the
// command itself.

import type { CommandTarget, ReceiveCommand } from "#app/commands";
import { type CommandAnswer, refusal } from "#app/commands";
import { EnvironmentMismatchError } from "#app/documents";
import type { Logger } from "#ports/logger.ts";
import { derivedId } from "#schemas/primitives.ts";
import type { HookHttpRequest, HookHttpResponse } from "./webhook-handler.ts";
import { singleHeaders } from "./webhook-handler.ts";

/** The parts of an Express request and response that are used. */
export type CommandHttpRequest = Pick<HookHttpRequest, "method" | "path" | "headers" | "rawBody">;
export type CommandHttpResponse = HookHttpResponse;

export interface CommandsDeps {
  readonly receiveCommand: ReceiveCommand;
  readonly logger: Logger;
}

/** `/commands`, `/commands/shadow`, `/commands/{id}/confirm`; Google's function address has the first segment taken off. */
export function commandTarget(path: string): CommandTarget | null {
  const segments = path.split("/").filter((segment) => segment !== "");
  const [first, second, ...more] = segments[0] === "commands" ? segments.slice(1) : segments;
  if (first === undefined) return { kind: "post" };
  if (more.length > 0) return null;
  if (second === undefined) return first === "shadow" ? { kind: "shadow" } : null;
  const isConfirmation = second === "confirm" && derivedId.safeParse(first).success;
  return isConfirmation ? { kind: "confirm", commandId: first } : null;
}

/** `reportUnusable` is told when the dependencies themselves cannot be made, and there is no logger yet. */
export function commandsHandler(
  deps: () => CommandsDeps,
  reportUnusable: (error: unknown) => void,
): (request: CommandHttpRequest, response: CommandHttpResponse) => Promise<void> {
  return async (request, response) => {
    const { status, headers, body } = await answerTo(deps, reportUnusable, request);
    response
      .status(status)
      .set({ "Cache-Control": "no-store", ...headers })
      .json(body);
  };
}

async function answerTo(
  deps: () => CommandsDeps,
  reportUnusable: (error: unknown) => void,
  { method, path, headers, rawBody }: CommandHttpRequest,
): Promise<CommandAnswer> {
  const target = commandTarget(path);
  if (target === null)
    return refusal(404, "NOT_FOUND", "There is nothing at this address", "Post commands to /commands");
  if (method !== "POST") {
    const given = refusal(405, "METHOD_NOT_ALLOWED", "Commands are sent with POST", "Use POST");
    return { ...given, headers: { Allow: "POST" } };
  }
  let made: CommandsDeps;
  try {
    made = deps();
  } catch (error) {
    reportUnusable(error);
    return unavailable();
  }
  try {
    const call = { target, headers: singleHeaders(headers), rawBody: rawBody ?? new Uint8Array() };
    return await made.receiveCommand(call);
  } catch (error) {
    return failed(made.logger, error);
  }
}

function failed(logger: Logger, error: unknown): CommandAnswer {
  logger.error("A command request failed", {
    cause: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  if (!(error instanceof EnvironmentMismatchError)) return unavailable();
  return refusal(
    503,
    "ENVIRONMENT_MISMATCH",
    "This deployment does not belong to its database; nothing was stored",
    "The operator's log says which setting to correct",
  );
}

function unavailable(): CommandAnswer {
  return refusal(
    503,
    "UNAVAILABLE",
    "The command could not be taken",
    "Send it again with the same Idempotency-Key; the operator's log has the cause",
  );
}
