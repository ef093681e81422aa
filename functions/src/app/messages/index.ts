// The door of messages. Entry points: consume a bus message in one of two lanes (unusable input is quarantined, failed
// processing is thrown and ends as a dead letter), and replay a dead letter. Keeps rule 7 (nothing in silence),
// docs/RULES.md.
export { type BusMessage, consumeMessage, type Parsed, UnusableInputError } from "./consume-message.ts";
export { replayDeadLetter } from "./replay-dead-letter.ts";
export { readable, versionedBus } from "./versioned-messages.ts";
