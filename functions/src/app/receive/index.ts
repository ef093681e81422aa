// The door of receive. Entry points: receive a signal over HTTP (verify, judge, store one receipt, publish the intent,
// answer), and find the address that a request came from. Keeps rule 7 (nothing in silence: one signal, one receipt,
// one intent), docs/RULES.md.
export {
  newReceiveMemory,
  type ReceiveDeps,
  type ReceiveMemory,
  type ReceiveSignal,
  receiveSignal,
} from "./receive-signal.ts";
export { clientAddress } from "./source-address.ts";
