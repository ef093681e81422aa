// The door of commands. Entry points: receive a command over HTTP (post, confirm, shadow, warm-up), apply an account's stored
// commands, apply those that a bus message announces, tell whether any waits, compare a config with recorded intents.
// Keeps rules 4 (brakes outlive processes) and 7 (nothing in silence: a command takes effect once), docs/RULES.md.
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
