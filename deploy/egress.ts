// One fixed address to the venues, as data for setup: what it is made of, who leaves by it, what it costs. An option: no
// function needs it. docs/egress.md is its page, docs/decisions/0074 says why it is set on functions from outside.
import { FUNCTIONS, IDENTITIES } from "#entry/options.ts";

/** In the order in which they are made: each stands on those before it. */
export const EGRESS_PARTS = ["network", "subnetwork", "address", "router"] as const;
export type EgressPart = (typeof EGRESS_PARTS)[number];

/** Name of network, subnetwork, router and its gateway. */
export const EGRESS_NAME = "ballast";
export const EGRESS_ADDRESS_NAME = "ballast-egress";
/** `/26` is the smallest subnetwork that direct egress takes. */
export const EGRESS_RANGE = "10.0.0.0/26";

export const EGRESS_PART_LINES: Readonly<Record<EgressPart, string>> = {
  network: `network ${EGRESS_NAME}, without subnetworks of its own making`,
  subnetwork: `subnetwork ${EGRESS_NAME} (${EGRESS_RANGE}), with private access to Google's services`,
  address: `address ${EGRESS_ADDRESS_NAME}, reserved`,
  router: `router ${EGRESS_NAME}, whose gateway has that address alone`,
};

/** All that ask venues: those that trade, and the one that reads the venues' public list of markets. */
export const EGRESS_FUNCTIONS: readonly string[] = Object.entries(FUNCTIONS)
  .filter(([name, { serviceAccount }]) => serviceAccount === IDENTITIES.trader || name === "universeHourly")
  .map(([name]) => name);

/** Google's list in US dollars, as docs/egress.md adds it up; seven instances never rest with one account. */
const HOURS_A_MONTH = 720;
const GATEWAY_USD_AN_HOUR_AND_INSTANCE = 0.0014;
const INSTANCES = 7;
const ADDRESS_USD_AN_HOUR = 0.005;
const USD_A_GIB = 0.045;
const GIB_A_MONTH = 5;

export const EGRESS_USD_A_MONTH = Math.round(
  HOURS_A_MONTH * (GATEWAY_USD_AN_HOUR_AND_INSTANCE * INSTANCES + ADDRESS_USD_AN_HOUR) +
    USD_A_GIB * GIB_A_MONTH,
);
