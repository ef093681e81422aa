// A command's effect on an account, as one pure change of its control document. A command is applied whole or
// refused with a reason; one that comes too late changes nothing.

import { type Command, isOffsetRequest, isPositionRequest } from "#domain/documents/command.ts";
import { type AppliedCommand, type CommandContext, refused, utc } from "./applied.ts";
import { dropQueued, promoteQueued } from "./queue-commands.ts";
import { setHorizon, setStopLoss } from "./session-commands.ts";
import { flatten, pause, resume, start, stop } from "./trading-commands.ts";
import { acknowledgeAlert, clearCooldown, setConfig } from "./upkeep.ts";

/** The caller has seen that the command is `STORED` and that it is the next in sequence. */
export function applyCommand(command: Command, context: CommandContext): AppliedCommand {
  const { request, expiresAtMs } = command;
  if (context.nowMs > expiresAtMs) {
    const outcome = `Not applied: it was valid until ${utc(expiresAtMs)}`;
    return { control: context.control, status: "EXPIRED", outcome, activates: null, acknowledges: null };
  }
  if (isPositionRequest(request) || isOffsetRequest(request)) return forHolder(command, context);
  switch (request.kind) {
    case "start":
      return start(command, request, context);
    case "stop":
      return stop(command, context);
    case "pause":
      return pause(command, context);
    case "resume":
      return resume(command, context);
    case "flatten":
      return flatten(command, context);
    case "set_stoploss":
      return setStopLoss(request, context);
    case "set_horizon":
      return setHorizon(request, context);
    case "clear_cooldown":
      return clearCooldown(request, context);
    case "ack_alert":
      return acknowledgeAlert(request, context);
    case "drop_queued":
      return dropQueued(command, request, context);
    case "promote_queued":
      return promoteQueued(command, request, context);
    case "set_config":
      return setConfig(command, request, context);
  }
}

/** More than a screen gives in a minute; each is a commit and a request or two of the next turn. */
const MOST_DIRECTIVES = 20;

/** Out of the sequence, so that no later command waits for the holder; its end comes with its effect on the position. */
function forHolder({ commandId }: Command, context: CommandContext): AppliedCommand {
  const { control } = context;
  const { directives } = control;
  if (directives.length >= MOST_DIRECTIVES)
    return refused(
      context,
      `${directives.length} commands on positions wait already; look at the account first`,
    );
  return {
    control: { ...control, directives: [...directives, commandId] },
    status: "TAKEN",
    outcome: "Waits for the account's next turn",
    activates: null,
    acknowledges: null,
  };
}
