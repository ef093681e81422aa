// The door of messages.
export { type BusMessage, consumeMessage, type Parsed, UnusableInputError } from "./consume-message.ts";
export { replayDeadLetter } from "./replay-dead-letter.ts";
