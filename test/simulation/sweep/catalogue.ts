// Every scenario of the sweep.
import type { Scenario } from "./scenario.ts";
import { commands } from "./scenarios/commands.ts";
import { doubts } from "./scenarios/doubts.ts";
import { entries } from "./scenarios/entries.ts";
import { exitRoutes } from "./scenarios/exit-routes.ts";
import { exits } from "./scenarios/exits.ts";
import { flattens } from "./scenarios/flattens.ts";
import { leases } from "./scenarios/leases.ts";
import { messages } from "./scenarios/messages.ts";
import { operations } from "./scenarios/operations.ts";
import { positions } from "./scenarios/positions.ts";
import { queues } from "./scenarios/queues.ts";
import { routes } from "./scenarios/routes.ts";
import { schedules } from "./scenarios/schedules.ts";
import { stops } from "./scenarios/stops.ts";
import { tools } from "./scenarios/tools.ts";
import { unknowns } from "./scenarios/unknowns.ts";
import { watchdogs } from "./scenarios/watchdog.ts";
import { webhooks } from "./scenarios/webhooks.ts";

export const CATALOGUE: readonly Scenario[] = [
  ...entries,
  ...routes,
  ...exits,
  ...exitRoutes,
  ...queues,
  ...positions,
  ...unknowns,
  ...doubts,
  ...leases,
  ...messages,
  ...webhooks,
  ...schedules,
  ...operations,
  ...commands,
  ...flattens,
  ...stops,
  ...watchdogs,
  ...tools,
];
