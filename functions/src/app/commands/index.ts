// The door of commands.
export { applyCommands } from "./apply-commands.ts";
export type { CommandTarget } from "./call.ts";
export { executeCommands } from "./execute-commands.ts";
export { noneWaits } from "./next-commands.ts";
export {
  type CommandSenders,
  type ReceiveCommand,
  type ReceiveCommandDeps,
  receiveCommand,
} from "./receive-command.ts";
export { shadowConfig } from "./shadow-config.ts";
