// Calls a background trigger of the functions emulator (Pub/Sub functions and schedules). The emulator numbers
// generations of its triggers; after a reload the old key is 404 and the answer lists the valid ones.
import { callHttp, type HttpOutcome } from "@ballast/local-serving/http-call.ts";

const NOT_FOUND_STATUS = 404;
/** What the emulator answers while background triggers are switched off. */
const DISABLED_STATUS = 204;

interface TriggerCall {
  /** Origin of the functions emulator. */
  readonly origin: string;
  readonly projectId: string;
  /** The emulator's id, `{region}-{name}`. */
  readonly functionId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

function currentKey(functionId: string, detail: string): string | undefined {
  const keys = detail.split(/valid functions are:|,/).map((key) => key.trim());
  return keys.find((key) => key.startsWith(`${functionId}-`) && /^-\d+$/.test(key.slice(functionId.length)));
}

/** Whether the function itself was called: not so when the emulator, or the function in it, is not there. */
export function wasTried(outcome: HttpOutcome): boolean {
  return outcome.isSent && outcome.status !== NOT_FOUND_STATUS && outcome.status !== DISABLED_STATUS;
}

export class TriggerCaller {
  readonly #keys = new Map<string, string>();

  /** Makes one call, or two when the key had to be learned. Never rejects. */
  async call(trigger: TriggerCall, stopped: AbortSignal): Promise<HttpOutcome> {
    const { functionId } = trigger;
    const known = this.#keys.get(functionId) ?? `${functionId}-0`;
    const outcome = await this.#post(trigger, known, stopped);
    const key = outcome.status === NOT_FOUND_STATUS ? currentKey(functionId, outcome.detail) : undefined;
    if (key === undefined || key === known) return outcome;
    this.#keys.set(functionId, key);
    return this.#post(trigger, key, stopped);
  }

  #post(trigger: TriggerCall, key: string, stopped: AbortSignal): Promise<HttpOutcome> {
    const { origin, projectId, headers, body, timeoutMs } = trigger;
    const url = `${origin}/functions/projects/${projectId}/triggers/${key}`;
    return callHttp({ url, method: "POST", headers, body, timeoutMs }, stopped);
  }
}
