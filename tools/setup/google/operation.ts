// Waits for a long-running operation of Google's: asks until it is done, and tells its fault.
import { type Fields, fieldsOf, type Rest } from "./rest.ts";

const POLL_MS = 2_000;
/** Creating a database takes minutes. */
const LIMIT_MS = 10 * 60_000;

/** Waits for something that another run may have begun. */
export async function thereBy(
  sleep: (durationMs: number) => Promise<void>,
  isThere: () => Promise<boolean>,
): Promise<void> {
  for (let waitedMs = 0; !(await isThere()); waitedMs += POLL_MS) {
    if (waitedMs >= LIMIT_MS) throw new Error(`It is not there after ${LIMIT_MS / 60_000} minutes`);
    await sleep(POLL_MS);
  }
}

/** `root` is the API's address that the operation's name is below. Throws when it failed or lasts too long. */
export async function operation(
  rest: Rest,
  root: string,
  begun: Fields,
  sleep: (durationMs: number) => Promise<void>,
): Promise<void> {
  let present = begun;
  for (let waitedMs = 0; present.done !== true; waitedMs += POLL_MS) {
    if (typeof present.name !== "string") return;
    if (waitedMs >= LIMIT_MS)
      throw new Error(`${present.name} is not done after ${LIMIT_MS / 60_000} minutes`);
    await sleep(POLL_MS);
    present = await rest.call({ method: "GET", url: `${root}/${present.name}` });
  }
  const { message } = fieldsOf(present.error);
  if (present.error !== undefined) throw new Error(`${String(present.name)} failed: ${String(message)}`);
}
