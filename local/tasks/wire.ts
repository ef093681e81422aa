// Shapes of google.cloud.tasks.v2 as the proto loader gives them. Source: google/cloud/tasks/v2/*.proto inside
// @google-cloud/tasks.
import type { WireTime } from "@ballast/local-serving/wire-time.ts";

interface WireRetryConfig {
  readonly maxAttempts: number;
  readonly maxRetryDuration: WireTime | null;
  readonly minBackoff: WireTime | null;
  readonly maxBackoff: WireTime | null;
  readonly maxDoublings: number;
}

interface WireRateLimits {
  readonly maxDispatchesPerSecond: number;
  readonly maxBurstSize: number;
  readonly maxConcurrentDispatches: number;
}

export interface WireQueue {
  readonly name: string;
  readonly rateLimits: WireRateLimits | null;
  readonly retryConfig: WireRetryConfig | null;
  readonly state: string;
  readonly purgeTime?: WireTime | null;
  readonly appEngineRoutingOverride?: unknown;
}

interface WireHttpRequest {
  readonly url: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly oauthToken?: unknown;
  readonly oidcToken?: { readonly serviceAccountEmail: string; readonly audience: string } | null;
}

export interface WireTask {
  readonly name: string;
  readonly httpRequest?: WireHttpRequest | null;
  readonly appEngineHttpRequest?: unknown;
  readonly scheduleTime: WireTime | null;
  readonly dispatchDeadline: WireTime | null;
}

export interface WireAttempt {
  readonly scheduleTime: WireTime;
  readonly dispatchTime: WireTime;
  readonly responseTime: WireTime | null;
  readonly responseStatus: { readonly code: number; readonly message: string } | null;
}
