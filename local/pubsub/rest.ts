// Publishing over Pub/Sub's JSON API, beside the gRPC service.

import type { JsonMethod } from "@ballast/local-serving/google-json.ts";
import { GrpcFault } from "@ballast/local-serving/grpc-port.ts";
import { status } from "@grpc/grpc-js";
import type { Broker } from "./broker.ts";

interface JsonMessage {
  /** Base64. */
  readonly data?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
}

export function pubsubJson(broker: Broker): readonly JsonMethod[] {
  return [
    {
      path: /^\/v1\/(projects\/[^/]+\/topics\/[^/:]+):publish$/,
      answer: (topic, { messages }) => {
        if (!Array.isArray(messages) || messages.length === 0)
          throw new GrpcFault(status.INVALID_ARGUMENT, "The request has no messages");
        return {
          messageIds: broker.publish(
            topic,
            messages.map(({ data = "", attributes = {}, orderingKey = "" }: JsonMessage) => ({
              data: Buffer.from(data, "base64"),
              attributes,
              orderingKey,
              messageId: "",
              publishTime: null,
            })),
          ),
        };
      },
    },
  ];
}
