// The sweep's strikes on one port call: a process that dies, a request or an answer that is lost, a request
// that arrives twice, a delivery that is repeated meanwhile, a process that stands still until its lease has
// run out.
import type { PortCall } from "../ports/gate.ts";
import type { SimVerdict } from "../ports/policy.ts";

const SWEEP_FAULTS = [
  "killBefore",
  "killAfter",
  "lostReply",
  "lostRequest",
  "refused",
  "twice",
  /**
   * The delivery that started the process comes a second time, to another instance, while the call is under
   * way.
   */
  "again",
  /** The same, and the call takes so long that the other instance overtakes. */
  "overtaken",
  "pauseBefore",
  "pauseAfter",
  /** The venue's read side lags: it does not know an order yet that its other side has accepted. */
  "readLag",
] as const;
export type SweepFault = (typeof SWEEP_FAULTS)[number];

/** Longer than a lease. */
const PAUSE_MS = 33_000;
/** Longer than another instance needs for everything that it can do without the lease. */
const OVERTAKEN_AFTER_MS = 400;

/** As long as the reported incidents of a look-up by id. */
const LAG_MS = 90_000;
const LOOK_UP = "GET /fapi/v1/order";

/** The faults that the wire of this call, or its process, can have. A sleep has no answer that could be lost. */
export function faultsOf(
  call: Pick<PortCall, "port" | "operation" | "canArriveTwice">,
): readonly SweepFault[] {
  const isSleep = call.port === "clock";
  return SWEEP_FAULTS.filter((fault) => {
    if (fault === "lostReply" || fault === "lostRequest" || fault === "refused") return !isSleep;
    if (fault === "readLag") return call.operation === LOOK_UP;
    return fault !== "twice" || call.canArriveTwice;
  });
}

export function verdictOf(fault: SweepFault, usual: SimVerdict): SimVerdict {
  switch (fault) {
    case "again":
      return usual;
    case "overtaken":
      return { ...usual, requestMs: OVERTAKEN_AFTER_MS };
    case "pauseBefore":
      return { ...usual, pauseBeforeMs: PAUSE_MS };
    case "readLag":
      return { ...usual, lagMs: LAG_MS };
    case "pauseAfter":
      return { ...usual, pauseAfterMs: PAUSE_MS };
    default:
      return { ...usual, fate: fault };
  }
}
