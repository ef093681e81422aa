// The door of messages. Entry points: consume a bus message in one of two lanes (unusable input is quarantined, failed
// processing is thrown and ends as a dead letter), replay a dead letter, and tell and read the versions of messages. Keeps rule 7 (nothing in silence),
// docs/RULES.md.
export { type BusMessage, consumeMessage, type Parsed, UnusableInputError } from "./consume-message.ts";
export { replayDeadLetter } from "./replay-dead-letter.ts";
export {
  messageInShape,
  refuseNewerTask,
  STAMP_NAME,
  versionedBus,
  versionedTasks,
} from "./versioned-messages.ts";
