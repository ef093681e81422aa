// One function instance of a run: the product's own composition over simulated ports. Nothing differs from the product but
// the ports; a mutation stands in one of them.

import { presentRelease } from "#app/documents";
import type { Environment } from "#domain/documents/account.ts";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { type Composition, compose, type Ports } from "#functions/compose.ts";
import type { SimProcess } from "../engine/sim-process.ts";

/** Where every paper account's orders go; a request to anywhere else is a live one. */
export const PAPER_ORIGIN = "http://127.0.0.1:1";

export interface Wired extends Composition {
  readonly process: SimProcess;
}

export function wireProcess(process: SimProcess, environment: Environment, ports: Ports): Wired {
  const settings = {
    environment,
    holderId: process.id,
    paperOrigins: everyVenueAt(PAPER_ORIGIN),
    release: presentRelease("new"),
  };
  return { process, ...compose(ports, settings) };
}
