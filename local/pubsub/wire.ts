// Shapes of google.pubsub.v1 as the proto loader gives them (longs as numbers, enums as names, defaults set).
// Source: google/pubsub/v1/pubsub.proto inside @google-cloud/pubsub.
import type { WireTime } from "@ballast/local-serving/wire-time.ts";

export interface WireMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId: string;
  readonly publishTime: WireTime | null;
  readonly orderingKey: string;
}

export interface WireTopic {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly messageStoragePolicy?: unknown;
  readonly kmsKeyName?: string;
  readonly schemaSettings?: unknown;
  readonly messageRetentionDuration?: WireTime | null;
  readonly state?: string;
  readonly ingestionDataSourceSettings?: unknown;
  readonly messageTransforms?: readonly unknown[];
}

export interface WirePushConfig {
  readonly pushEndpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly oidcToken?: { readonly serviceAccountEmail: string; readonly audience: string } | null;
  readonly noWrapper?: unknown;
}

export interface WireSubscription {
  readonly name: string;
  readonly topic: string;
  readonly pushConfig: WirePushConfig | null;
  readonly ackDeadlineSeconds: number;
  readonly retainAckedMessages: boolean;
  readonly messageRetentionDuration: WireTime | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly enableMessageOrdering: boolean;
  readonly expirationPolicy: { readonly ttl: WireTime | null } | null;
  readonly filter: string;
  readonly deadLetterPolicy: {
    readonly deadLetterTopic: string;
    readonly maxDeliveryAttempts: number;
  } | null;
  readonly retryPolicy: {
    readonly minimumBackoff: WireTime | null;
    readonly maximumBackoff: WireTime | null;
  } | null;
  readonly detached: boolean;
  readonly enableExactlyOnceDelivery: boolean;
  readonly state?: string;
  readonly bigqueryConfig?: unknown;
  readonly cloudStorageConfig?: unknown;
  readonly bigtableConfig?: unknown;
  readonly messageTransforms?: readonly unknown[];
}

export interface WireReceived {
  readonly ackId: string;
  readonly message: WireMessage;
  readonly deliveryAttempt: number;
}

export interface WireStreamingPull {
  readonly subscription: string;
  readonly ackIds: readonly string[];
  readonly modifyDeadlineSeconds: readonly number[];
  readonly modifyDeadlineAckIds: readonly string[];
  readonly streamAckDeadlineSeconds: number;
  readonly maxOutstandingMessages: number;
  readonly maxOutstandingBytes: number;
}
