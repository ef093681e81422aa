// A machine that posts commands and the function that takes them: signed anew with every attempt under the same id,
// confirmed when that is asked for, and sent again when there was no answer.

import { createHmac } from "node:crypto";
import type { Environment } from "#domain/documents/account.ts";
import type { CommandAnswerBody, CommandRequest } from "#domain/documents/command.ts";
import { commandsHandler } from "#entry/commands-handler.ts";
import type { MachineSecrets } from "#ports/secrets.ts";
import type { EventQueue } from "../engine/event-queue.ts";
import type { Random } from "../engine/random.ts";
import type { Functions } from "./functions.ts";

/** May command every account of a run. */
export const MACHINE = "hand";
export const MACHINE_SECRET = Buffer.from("what the machine signs with, 32 b").toString("base64");

/** An operator's own entry: a run orders everything through it. */
export function machineEntry(accounts: readonly string[]): MachineSecrets {
  return { signingSecrets: [MACHINE_SECRET], role: "operator", commands: [], accounts };
}
/** A sender tries again this often at most. */
const MAX_RESENDS = 3;
const GIVES_UP_AFTER_MS = 5_000;

export interface SimCommand {
  /** The sender's name for one command: equal keys are repetitions. */
  readonly key: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly request: CommandRequest;
  readonly reason: string;
}

export interface SimCommandAnswer {
  readonly status: number;
  readonly body: CommandAnswerBody;
}

export interface CommandFrontSetup {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly functions: Functions;
  /** Told of every answer that left the function, also when the sender does not get it. */
  readonly answered: (command: SimCommand, answer: SimCommandAnswer) => void;
}

interface Step {
  readonly id: string;
  readonly path: string;
  readonly body: string;
}

export class CommandFront {
  readonly #environment: Environment;
  readonly #setup: CommandFrontSetup;

  constructor(environment: Environment, setup: CommandFrontSetup) {
    this.#environment = environment;
    this.#setup = setup;
  }

  post(command: SimCommand): undefined {
    const { accountId, request, reason } = command;
    const body = JSON.stringify({ accountId, environment: this.#environment, request, reason });
    this.#attempt(command, { id: command.key, path: "/commands", body }, 0);
  }

  #confirm(command: SimCommand, commandId: string): void {
    const { accountId, accountName } = command;
    const environment = this.#environment;
    const body = JSON.stringify({ accountId, environment, commandId, accountName });
    this.#attempt(command, { id: `${command.key}-confirm`, path: `/commands/${commandId}/confirm`, body }, 0);
  }

  #takeAnswer(command: SimCommand, answer: SimCommandAnswer, isOver: boolean): void {
    this.#setup.answered(command, answer);
    const { code, commandId } = answer.body;
    if (!isOver && code === "CONFIRMATION_NEEDED" && commandId !== undefined)
      this.#confirm(command, commandId);
  }

  #attempt(command: SimCommand, step: Step, resends: number): void {
    const { queue, random, functions } = this.#setup;
    let isOver = false;
    const over = (status: number): void => {
      if (isOver) return;
      isOver = true;
      if (status < 500 || resends === MAX_RESENDS) return;
      queue.after(random.int(300, 2_000) * 2 ** resends, () => this.#attempt(command, step, resends + 1));
    };
    queue.after(GIVES_UP_AFTER_MS, () => over(504));
    functions.invoke(
      "commands",
      `takes command ${step.id}`,
      async ({ duties }) => {
        const handler = commandsHandler(
          () => duties,
          (error) => {
            throw error;
          },
        );
        const headers = signatureOf(step, queue.nowMs);
        const answer = await handler({
          method: "POST",
          url: step.path,
          headers,
          peerAddress: undefined,
          body: async () => new TextEncoder().encode(step.body),
        });
        this.#takeAnswer(command, answer as SimCommandAnswer, isOver);
        over(answer.status);
      },
      (how) => {
        if (how !== "ok") over(504);
      },
    );
  }
}

function signatureOf({ id, body }: Step, nowMs: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const mac = createHmac("sha256", Buffer.from(MACHINE_SECRET, "base64"));
  return {
    "ballast-machine": MACHINE,
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${mac.update(`${id}.${timestamp}.${body}`).digest("base64")}`,
  };
}
