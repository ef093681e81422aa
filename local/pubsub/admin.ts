// The Pub/Sub server's admin side, on its own port over plain HTTP: chaos switch, and what waits where.
import { adminHandler, BadRequest, type Route } from "@ballast/local-serving/admin-http.ts";
import type { Broker } from "./broker.ts";
import { type Chaos, NO_CHAOS, readChaos } from "./chaos.ts";

interface AdminMessage {
  readonly data?: string;
  readonly json?: unknown;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
}

function publish(broker: Broker, topic: string, body: unknown): string[] {
  if (typeof body !== "object" || body === null) throw new BadRequest("Send {json} or {data} as the message");
  const { data, json, attributes, orderingKey }: AdminMessage = body;
  const text = json === undefined ? (data ?? "") : JSON.stringify(json);
  const message = { data: Buffer.from(text), attributes: attributes ?? {}, orderingKey: orderingKey ?? "" };
  return broker.publish(topic, [{ ...message, messageId: "", publishTime: null }]);
}

/** Routes: GET and PUT /chaos, DELETE /chaos, GET /subscriptions, POST /publish/{topic}. */
export function pubsubAdmin(broker: Broker, chaos: Chaos) {
  const routes: Route[] = [
    { method: "GET", path: "/chaos", answer: () => ({ status: 200, body: chaos.settings }) },
    {
      method: "PUT",
      path: "/chaos",
      answer: ({ body }) => {
        chaos.set(readChaos(body));
        return { status: 200, body: chaos.settings };
      },
    },
    {
      method: "DELETE",
      path: "/chaos",
      answer: () => {
        chaos.set(NO_CHAOS);
        return { status: 200, body: chaos.settings };
      },
    },
    {
      method: "GET",
      path: "/subscriptions",
      answer: () => ({
        status: 200,
        body: [...broker.subscriptions.values()].map(({ config, trigger, queue }) => ({
          name: config.name,
          topic: config.topic,
          ...(trigger === undefined ? {} : { functionId: trigger.functionId }),
          ...queue.depth,
        })),
      }),
    },
    {
      method: "POST",
      path: "/publish/*",
      answer: ({ rest, body }) => ({ status: 200, body: { messageIds: publish(broker, rest, body) } }),
    },
  ];
  return adminHandler(routes);
}
