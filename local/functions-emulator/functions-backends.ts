// What `GET /backends` of the functions emulator says, read into the few facts the local servers need. A
// function this file does not understand is left out; an answer it does not understand is an error.

export interface RetryRules {
  readonly maxAttempts?: number;
  readonly maxRetrySeconds?: number;
  readonly minBackoffSeconds?: number;
  readonly maxBackoffSeconds?: number;
  readonly maxDoublings?: number;
  readonly retryCount?: number;
}

export interface EmulatedFunction {
  /** `{region}-{name}`, the emulator's own id. */
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly projectId: string;
  /** The folder its code was loaded from. */
  readonly directory: string;
  readonly timeoutSeconds: number;
  /** Full topic name of a v2 Pub/Sub trigger. */
  readonly topic?: string;
  readonly schedule?: { readonly schedule: string; readonly timeZone?: string; readonly retry: RetryRules };
  readonly taskQueue?: {
    readonly retry: RetryRules;
    readonly maxConcurrentDispatches?: number;
    readonly maxDispatchesPerSecond?: number;
  };
}

type Fields = Readonly<Record<string, unknown>>;
const MESSAGE_PUBLISHED = "google.cloud.pubsub.topic.v1.messagePublished";
const EVENT_SOURCE_LABEL = "EVENTARC_CLOUD_EVENT_SOURCE";
/** The emulator does not check the project of a trigger's address, so a made-up one reaches it too. */
const NO_PROJECT = "local";
/** The emulator's own default when a function names none. */
const DEFAULT_TIMEOUT_SECONDS = 60;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** The numbers among the named fields; null and absent ones are left out. */
function numbersOf<Key extends string>(value: unknown, keys: readonly Key[]): Partial<Record<Key, number>> {
  const fields = fieldsOf(value);
  const known = keys.flatMap((key) => {
    const field = fields[key];
    return typeof field === "number" ? [[key, field] as const] : [];
  });
  return Object.fromEntries(known) as Partial<Record<Key, number>>;
}

function retryOf(value: unknown): RetryRules {
  return numbersOf(value, [
    "maxAttempts",
    "maxRetrySeconds",
    "minBackoffSeconds",
    "maxBackoffSeconds",
    "maxDoublings",
    "retryCount",
  ]);
}

/** The emulator tells the project only inside the label that names the event source. */
function projectOf(labels: unknown): string {
  const source = fieldsOf(labels)[EVENT_SOURCE_LABEL];
  return /projects\/([^/]+)\//.exec(String(source))?.[1] ?? NO_PROJECT;
}

function readFunction(raw: unknown, directory: string): EmulatedFunction | undefined {
  const { id, name, region, labels, timeoutSeconds, eventTrigger, schedule, taskQueueTrigger } =
    fieldsOf(raw);
  if (typeof id !== "string" || typeof name !== "string" || typeof region !== "string") return undefined;
  const event = fieldsOf(eventTrigger);
  const plan = fieldsOf(schedule);
  const queue = fieldsOf(taskQueueTrigger);
  const isMessage = event.eventType === MESSAGE_PUBLISHED && typeof event.resource === "string";
  const timeZone = plan.timeZone;
  return {
    id,
    name,
    region,
    projectId: projectOf(labels),
    directory,
    timeoutSeconds: typeof timeoutSeconds === "number" ? timeoutSeconds : DEFAULT_TIMEOUT_SECONDS,
    ...(isMessage ? { topic: String(event.resource) } : {}),
    ...(typeof plan.schedule === "string"
      ? {
          schedule: {
            schedule: plan.schedule,
            ...(typeof timeZone === "string" ? { timeZone } : {}),
            retry: retryOf(plan.retryConfig),
          },
        }
      : {}),
    ...(taskQueueTrigger === undefined
      ? {}
      : {
          taskQueue: {
            retry: retryOf(queue.retryConfig),
            ...numbersOf(queue.rateLimits, ["maxConcurrentDispatches", "maxDispatchesPerSecond"]),
          },
        }),
  };
}

/** Every function in the answer. Throws when the answer is not the emulator's. */
export function readBackends(answer: unknown): EmulatedFunction[] {
  const backends = fieldsOf(answer).backends;
  if (!Array.isArray(backends))
    throw new Error("The functions emulator's /backends answer has no list of backends");
  return backends.flatMap((raw: unknown) => {
    const { directory, functionTriggers } = fieldsOf(raw);
    if (!Array.isArray(functionTriggers)) return [];
    return functionTriggers.flatMap((trigger: unknown) => readFunction(trigger, String(directory)) ?? []);
  });
}
