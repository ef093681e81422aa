// The door of receive.
export {
  newReceiveMemory,
  type ReceiveDeps,
  type ReceiveMemory,
  type ReceiveSignal,
  receiveSignal,
} from "./receive-signal.ts";
export { clientAddress } from "./source-address.ts";
