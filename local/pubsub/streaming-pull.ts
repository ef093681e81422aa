// StreamingPull: deliveries flow while the client's limits on outstanding messages and bytes allow, and while
// the socket takes them. A closed stream keeps its leases until their deadline, as Pub/Sub does.

import { GrpcFault, wireError } from "@ballast/local-serving/grpc-port.ts";
import type { LogLine } from "@ballast/local-serving/log-line.ts";
import { type handleBidiStreamingCall, type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { Broker, Subscription } from "./broker.ts";
import { messageBytes, wireReceived } from "./message.ts";
import type { WireReceived, WireStreamingPull } from "./wire.ts";

interface StreamingPullResponse {
  readonly receivedMessages: readonly WireReceived[];
  readonly subscriptionProperties: {
    readonly exactlyOnceDeliveryEnabled: boolean;
    readonly messageOrderingEnabled: boolean;
  };
}
type Call = ServerDuplexStream<WireStreamingPull, StreamingPullResponse>;

/** One response carries at most this much, so that several streams share a backlog. */
const MESSAGES_PER_RESPONSE = 100;
const BYTES_PER_RESPONSE = 4_000_000;
/** Limits of stream_ack_deadline_seconds in the protocol. */
const SHORTEST_DEADLINE_SECONDS = 10;
const LONGEST_DEADLINE_SECONDS = 600;

class PullStream {
  readonly #call: Call;
  readonly #subscription: Subscription;
  readonly #isMuted: boolean;
  readonly #outstanding = new Map<string, number>();
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #leave: () => void;
  #outstandingBytes = 0;
  #leaseMs = 0;
  #isOpen = true;
  #isBlocked = false;

  constructor(call: Call, subscription: Subscription, first: WireStreamingPull, isMuted: boolean) {
    this.#call = call;
    this.#subscription = subscription;
    this.#isMuted = isMuted;
    this.#maxMessages =
      first.maxOutstandingMessages > 0 ? first.maxOutstandingMessages : Number.POSITIVE_INFINITY;
    this.#maxBytes = first.maxOutstandingBytes > 0 ? first.maxOutstandingBytes : Number.POSITIVE_INFINITY;
    this.#setDeadline(first.streamAckDeadlineSeconds);
    this.#leave = subscription.queue.onReady(() => this.#pump());
    subscription.onDeleted.add(this.#onDeleted);
    call.on("drain", () => {
      this.#isBlocked = false;
      this.#pump();
    });
  }

  onRequest(request: WireStreamingPull): void {
    if (request.streamAckDeadlineSeconds !== 0) this.#setDeadline(request.streamAckDeadlineSeconds);
    const { queue } = this.#subscription;
    queue.acknowledge(request.ackIds);
    request.modifyDeadlineAckIds.forEach((ackId, index) => {
      queue.modifyDeadline(ackId, (request.modifyDeadlineSeconds[index] ?? 0) * 1_000);
    });
  }

  close(): void {
    this.#isOpen = false;
    this.#leave();
    this.#subscription.onDeleted.delete(this.#onDeleted);
  }

  readonly #onDeleted = () => {
    this.close();
    const gone = new GrpcFault(status.NOT_FOUND, `Subscription deleted: ${this.#subscription.config.name}`);
    this.#call.emit(
      "error",
      wireError(gone, () => undefined),
    );
  };

  #setDeadline(seconds: number): void {
    if (seconds < SHORTEST_DEADLINE_SECONDS || seconds > LONGEST_DEADLINE_SECONDS) {
      const range = `${SHORTEST_DEADLINE_SECONDS} to ${LONGEST_DEADLINE_SECONDS}`;
      throw new GrpcFault(
        status.INVALID_ARGUMENT,
        `streamAckDeadlineSeconds must be from ${range}, not ${seconds}`,
      );
    }
    this.#leaseMs = seconds * 1_000;
  }

  #pump(): void {
    while (this.#isOpen && !this.#isBlocked && !this.#isMuted) {
      const room = Math.min(this.#maxMessages - this.#outstanding.size, MESSAGES_PER_RESPONSE);
      const roomBytes = Math.min(this.#maxBytes - this.#outstandingBytes, BYTES_PER_RESPONSE);
      if (room <= 0 || roomBytes <= 0) return;
      const taken = this.#subscription.queue.take({
        maxMessages: room,
        maxBytes: roomBytes,
        leaseMs: this.#leaseMs,
        onLeaseEnd: (ackId) => this.#onLeaseEnd(ackId),
      });
      if (taken.length === 0) return;
      for (const { ackId, message } of taken) {
        const sizeBytes = messageBytes(message);
        this.#outstanding.set(ackId, sizeBytes);
        this.#outstandingBytes += sizeBytes;
      }
      const { deadLetterPolicy, enableMessageOrdering } = this.#subscription.config;
      this.#isBlocked = !this.#call.write({
        receivedMessages: taken.map((delivery) => wireReceived(delivery, deadLetterPolicy !== null)),
        subscriptionProperties: {
          exactlyOnceDeliveryEnabled: false,
          messageOrderingEnabled: enableMessageOrdering,
        },
      });
    }
  }

  #onLeaseEnd(ackId: string): void {
    this.#outstandingBytes -= this.#outstanding.get(ackId) ?? 0;
    this.#outstanding.delete(ackId);
    queueMicrotask(() => this.#pump());
  }
}

/** The handler; `isMuted` names subscriptions whose streams stay silent. */
export function streamingPullHandler(
  broker: Broker,
  say: LogLine,
  isMuted: (subscription: Subscription) => boolean,
): handleBidiStreamingCall<WireStreamingPull, StreamingPullResponse> {
  return (call) => {
    let stream: PullStream | undefined;
    const close = () => stream?.close();
    call.on("data", (request) => {
      try {
        if (stream === undefined) {
          const subscription = broker.subscription(request.subscription);
          stream = new PullStream(call, subscription, request, isMuted(subscription));
        }
        stream.onRequest(request);
      } catch (fault) {
        close();
        call.emit("error", wireError(fault, say));
      }
    });
    call.on("end", () => {
      close();
      call.end();
    });
    call.on("cancelled", close);
    call.on("close", close);
  };
}
