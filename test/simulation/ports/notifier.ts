// The receiver of notifications, as one simulated process reaches it: every notification that arrives is
// evidence.
import { type Notification, type Notifier, NotifierError } from "#ports/notifier.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import type { Gate, PortCall } from "./gate.ts";
import type { SimPolicy } from "./policy.ts";

export interface NotifierSetup {
  readonly gate: Gate;
  readonly policy: SimPolicy;
  readonly arrived: (notification: Notification) => void;
}

export function simNotifier(setup: NotifierSetup, process: SimProcess): Notifier {
  return {
    async send(notification) {
      const call: PortCall = {
        port: "notifier",
        operation: "send",
        subject: notification.title,
        process,
        canArriveTwice: true,
        canBeRefused: true,
      };
      await setup.gate.perform(call, setup.policy.decide(call), {
        run: async () => setup.arrived(notification),
        errors: {
          refused: () => new NotifierError("The notifier did not take it", false),
          unknown: () => new NotifierError("The notifier did not answer", false),
        },
      });
    },
  };
}
