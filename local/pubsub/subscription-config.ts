// What a subscription may ask for, with Pub/Sub's defaults and limits. A feature this server lacks is refused
// with UNIMPLEMENTED at creation, never silently ignored.

import { GrpcFault } from "@ballast/local-serving/grpc-port.ts";
import { millisOf, type WireTime, wireTimeOf } from "@ballast/local-serving/wire-time.ts";
import { status } from "@grpc/grpc-js";
import type { QueueRules } from "./delivery-queue.ts";
import type { WireSubscription } from "./wire.ts";

/** Pub/Sub's documented defaults and limits (google/pubsub/v1/pubsub.proto, Subscription). */
const DEFAULT_ACK_DEADLINE_SECONDS = 10;
const SHORTEST_ACK_DEADLINE_SECONDS = 10;
const LONGEST_ACK_DEADLINE_SECONDS = 600;
const DAY_MS = 86_400_000;
const DEFAULT_RETENTION_MS = 7 * DAY_MS;
const SHORTEST_RETENTION_MS = 600_000;
const LONGEST_RETENTION_MS = 31 * DAY_MS;
const DEFAULT_EXPIRATION_MS = 31 * DAY_MS;
const DEFAULT_MIN_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 600_000;
const DEFAULT_DELIVERY_ATTEMPTS = 5;
const FEWEST_DELIVERY_ATTEMPTS = 5;
const MOST_DELIVERY_ATTEMPTS = 100;
/** Push subscriptions without a retry policy back off on their own (Pub/Sub's "push back-off"). */
const PUSH_MIN_BACKOFF_MS = 100;
const PUSH_MAX_BACKOFF_MS = 60_000;

const RESOURCE_NAME = /^projects\/[^/]+\/(topics|subscriptions)\/[A-Za-z][A-Za-z0-9\-_.~+%]{2,254}$/;

/** Throws INVALID_ARGUMENT unless `name` is `projects/{p}/{kind}/{id}`. */
export function requireName(kind: "topics" | "subscriptions", name: string): void {
  if (RESOURCE_NAME.exec(name)?.[1] !== kind) {
    throw new GrpcFault(
      status.INVALID_ARGUMENT,
      `Not a name of the form projects/{project}/${kind}/{id}: ${name}`,
    );
  }
}

function requireRange(what: string, value: number, min: number, max: number): void {
  if (value < min || value > max) {
    throw new GrpcFault(status.INVALID_ARGUMENT, `${what} must be from ${min} to ${max}, not ${value}`);
  }
}

function refuseMissingFeatures(asked: WireSubscription): void {
  const missing = {
    filter: asked.filter !== "",
    bigqueryConfig: Boolean(asked.bigqueryConfig),
    cloudStorageConfig: Boolean(asked.cloudStorageConfig),
    bigtableConfig: Boolean(asked.bigtableConfig),
    messageTransforms: (asked.messageTransforms ?? []).length > 0,
    enableExactlyOnceDelivery: asked.enableExactlyOnceDelivery,
    "pushConfig.noWrapper": Boolean(asked.pushConfig?.noWrapper),
  };
  const named = Object.entries(missing).flatMap(([feature, isAsked]) => (isAsked ? [feature] : []));
  if (named.length > 0) {
    throw new GrpcFault(status.UNIMPLEMENTED, `The local Pub/Sub server has no ${named.join(", ")}`);
  }
}

function millisOr(duration: WireTime | null, absentMs: number): number {
  return duration === null ? absentMs : millisOf(duration);
}

/** The subscription with defaults filled in. Throws INVALID_ARGUMENT or UNIMPLEMENTED. */
export function completeSubscription(asked: WireSubscription): WireSubscription {
  requireName("subscriptions", asked.name);
  refuseMissingFeatures(asked);
  const ackDeadlineSeconds = asked.ackDeadlineSeconds || DEFAULT_ACK_DEADLINE_SECONDS;
  requireRange(
    "ackDeadlineSeconds",
    ackDeadlineSeconds,
    SHORTEST_ACK_DEADLINE_SECONDS,
    LONGEST_ACK_DEADLINE_SECONDS,
  );
  const retentionMs = millisOr(asked.messageRetentionDuration, DEFAULT_RETENTION_MS);
  requireRange("messageRetentionDuration (ms)", retentionMs, SHORTEST_RETENTION_MS, LONGEST_RETENTION_MS);
  const { retryPolicy, deadLetterPolicy } = asked;
  const minMs = millisOr(retryPolicy?.minimumBackoff ?? null, DEFAULT_MIN_BACKOFF_MS);
  const maxMs = millisOr(retryPolicy?.maximumBackoff ?? null, LONGEST_BACKOFF_MS);
  requireRange("retryPolicy.minimumBackoff (ms)", minMs, 0, LONGEST_BACKOFF_MS);
  requireRange("retryPolicy.maximumBackoff (ms)", maxMs, minMs, LONGEST_BACKOFF_MS);
  const attempts = deadLetterPolicy?.maxDeliveryAttempts || DEFAULT_DELIVERY_ATTEMPTS;
  requireRange("maxDeliveryAttempts", attempts, FEWEST_DELIVERY_ATTEMPTS, MOST_DELIVERY_ATTEMPTS);
  return {
    ...asked,
    pushConfig: asked.pushConfig ?? { pushEndpoint: "", attributes: {} },
    ackDeadlineSeconds,
    messageRetentionDuration: wireTimeOf(retentionMs),
    expirationPolicy: asked.expirationPolicy ?? { ttl: wireTimeOf(DEFAULT_EXPIRATION_MS) },
    retryPolicy:
      retryPolicy === null ? null : { minimumBackoff: wireTimeOf(minMs), maximumBackoff: wireTimeOf(maxMs) },
    deadLetterPolicy:
      deadLetterPolicy === null ? null : { ...deadLetterPolicy, maxDeliveryAttempts: attempts },
    state: "ACTIVE",
  };
}

/** Exponential back-off: `minMs` after the first failure, doubling, never above `maxMs`. */
export function exponentialMs(minMs: number, maxMs: number, attempt: number): number {
  return Math.min(maxMs, minMs * 2 ** Math.min(attempt - 1, 30));
}

/** The queue's rules for a completed subscription. */
export function queueRules(subscription: WireSubscription): QueueRules {
  const { retryPolicy, pushConfig } = subscription;
  const isPush = (pushConfig?.pushEndpoint ?? "") !== "";
  const noPolicyMin = isPush ? PUSH_MIN_BACKOFF_MS : 0;
  const noPolicyMax = isPush ? PUSH_MAX_BACKOFF_MS : 0;
  const minMs = millisOr(retryPolicy?.minimumBackoff ?? null, noPolicyMin);
  const maxMs = millisOr(retryPolicy?.maximumBackoff ?? null, noPolicyMax);
  return {
    isOrdered: subscription.enableMessageOrdering,
    backoffMs: (attempt) => exponentialMs(minMs, maxMs, attempt),
    maxAttempts: subscription.deadLetterPolicy?.maxDeliveryAttempts,
    retentionMs: millisOr(subscription.messageRetentionDuration, DEFAULT_RETENTION_MS),
  };
}
