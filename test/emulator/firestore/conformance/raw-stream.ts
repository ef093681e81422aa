// A bidirectional stream of the generated client as a list of received messages that a test can wait on.
import type { Duplex } from "node:stream";

export interface RawStream<Sent, Received> {
  readonly received: readonly Received[];
  send(message: Sent): void;
  /** Resolves with the first message, received already or to come, that satisfies the test. Rejects when the stream fails. */
  until(matches: (message: Received) => boolean): Promise<Received>;
  /** The error the stream ends with. */
  readonly failure: Promise<Error>;
  end(): void;
}

export function rawStream<Sent, Received>(stream: Duplex): RawStream<Sent, Received> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  let failed: Error | undefined;
  const changed = (): void => {
    for (const check of [...waiting]) check();
  };
  stream.on("data", (message: Received) => {
    received.push(message);
    changed();
  });
  const failure = new Promise<Error>((resolve) => {
    stream.on("error", (error) => {
      failed = error;
      resolve(error);
      changed();
    });
  });
  return {
    received,
    failure,
    send: (message) => {
      stream.write(message);
    },
    until: (matches) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = received.find(matches);
          if (found === undefined && failed === undefined) return;
          waiting.delete(check);
          if (found === undefined) reject(failed);
          else resolve(found);
        };
        waiting.add(check);
        check();
      }),
    end: () => {
      stream.end();
    },
  };
}
