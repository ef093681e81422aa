// The door of receive.
export { createReceiveSignal, type ReceiveDeps, type ReceiveSignal } from "./receive-signal.ts";
export type { SignalRequest } from "./request.ts";
export { clientAddress } from "./source-address.ts";
