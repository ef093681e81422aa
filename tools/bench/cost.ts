// What running Ballast costs at Firestore: documents read and written per alert, per idle minute and per hour of an open
// dashboard, counted at the ports of the real use cases; from them the month's cost, and where the free tier ends.
import { forEachAccount } from "../../functions/src/app/forEachAccount.ts";
import { reconcileAccount } from "../../functions/src/app/reconcileAccount.ts";
import { refreshUniverse } from "../../functions/src/app/refreshUniverse.ts";
import { writeNav } from "../../functions/src/app/writeNav.ts";
import { paths } from "../../functions/src/domain/paths.ts";
import type { DocumentWrite } from "../../functions/src/ports/documents.ts";
import { ACCOUNT, profile, type World } from "../../test/support/world.ts";
import { type InProcess, openInProcess } from "./in-process.ts";
import { FREE_A_DAY, monthlyUsd, type Operations, sum, times } from "./prices.ts";
import type { Measurement } from "./run.ts";

const MINUTES_AN_HOUR = 60;
const HOURS_A_DAY = 24;
/** Until every cache is filled and the first series of the day is packed. */
const WARM_UP_MINUTES = 6;
const MINUTE_MS = 60_000;
/** The schema's limit on the symbols of one account: more symbols take more accounts. */
const SYMBOLS_PER_ACCOUNT = 200;
/** What the month is computed for: one alert per symbol and two hours, and one dashboard that is always open. */
const ALERTS_PER_SYMBOL_A_DAY = 12;
const DASHBOARD_HOURS_A_DAY = 24;
/** What the dashboard listens to (hosting/src/data/account-source.ts): single documents, days of the curve, lists. */
const WATCHED_DAYS = 5;
const WATCHED_LISTS = { receipts: 25, alerts: 10 };

const watchedDocuments: ReadonlySet<string> = new Set([
  paths.nav(ACCOUNT),
  paths.control(ACCOUNT),
  paths.overview(ACCOUNT),
  paths.peak(ACCOUNT),
  paths.account(ACCOUNT),
  paths.config(ACCOUNT),
]);

/** Whether a written document is one that an open dashboard is sent, and the project billed for as a read. */
function isWatched({ path }: DocumentWrite): boolean {
  const collection = path.slice(0, path.lastIndexOf("/"));
  const lists = [
    paths.receipts(ACCOUNT),
    `${paths.account(ACCOUNT)}/alerts`,
    `${paths.account(ACCOUNT)}/navSeries`,
  ];
  return watchedDocuments.has(path) || lists.includes(collection);
}

/** What something costs: for itself, and in reads of one open dashboard. */
interface Cost extends Operations {
  readonly shownReads: number;
}

export async function run(): Promise<readonly Measurement[]> {
  const path = await openInProcess();
  const cold = await alertCost(path);
  const warm = await alertCost(path);
  const holding = await hourCost(path.world);
  const idle = await hourCost((await openInProcess()).world);
  const openingReads =
    watchedDocuments.size + WATCHED_DAYS + WATCHED_LISTS.receipts + WATCHED_LISTS.alerts + 1;
  return [
    ...alertFigures("filled alert, warm", warm),
    ...alertFigures("filled alert, new instances", cold),
    ...minuteFigures("idle minute, 10 symbols", idle),
    ...minuteFigures("minute with an open position, 10 symbols", holding),
    { name: "opening a dashboard: reads", value: openingReads, unit: "", reference: "all lists full" },
    { name: "idle hour of an open dashboard: reads", value: idle.shownReads, unit: "" },
    { name: "hour of an open dashboard with a position: reads", value: holding.shownReads, unit: "" },
    ...[10, 50, 500].map((symbols) => monthFigure(symbols, warm, holding)),
    ...freeTierFigures(warm, holding),
  ];
}

/** Counts what the work commits and reads through the given instances. */
async function costOf(
  world: World,
  counts: readonly { readonly reads: number; readonly writes: number }[],
  work: () => Promise<void>,
): Promise<Cost> {
  const total = () =>
    counts.reduce((sum, each) => ({ reads: sum.reads + each.reads, writes: sum.writes + each.writes }));
  const before = { ...total() };
  const written: DocumentWrite[] = [];
  world.documents.interceptor = {
    async after(call) {
      if (call.kind === "commit") written.push(...call.writes);
    },
  };
  await work();
  world.documents.interceptor = null;
  const after = total();
  return {
    reads: after.reads - before.reads,
    writes: after.writes - before.writes,
    ttlDeletes: written.filter((write) => write.op === "create" && "expireAt" in write.data).length,
    shownReads: written.filter(isWatched).length,
  };
}

async function alertCost(path: InProcess): Promise<Cost> {
  const alert = await path.nextAlert();
  const ordersBefore = path.world.venueOrders().length;
  const cost = await costOf(path.world, [path.webhookCounts, path.executor.counts], () => path.send(alert));
  if (path.world.venueOrders().length !== ordersBefore + 1) throw new Error("The alert led to no order");
  return cost;
}

/** An hour of the schedules, each in an instance of its own as deployed; whatever the account holds stays open. */
async function hourCost(world: World): Promise<Cost> {
  const nav = { ...world.instance("nav"), accountList: { profiles: [], loadedAtMs: 0 } };
  const reconcile = { ...world.instance("reconcile"), accountList: { profiles: [], loadedAtMs: 0 } };
  const universe = world.instance("universe");
  const minute = async (): Promise<void> => {
    await world.clock.advance(MINUTE_MS);
    await forEachAccount(nav, "nav", (each) => writeNav(nav, each));
    await forEachAccount(reconcile, "reconcile", (each) => reconcileAccount(reconcile, each));
  };
  for (let count = 0; count < WARM_UP_MINUTES; count += 1) await minute();
  return await costOf(world, [nav.counts, reconcile.counts, universe.counts], async () => {
    for (let count = 0; count < MINUTES_AN_HOUR; count += 1) await minute();
    await refreshUniverse(universe, [profile]);
  });
}

function alertFigures(name: string, cost: Cost): readonly Measurement[] {
  return [
    { name: `${name}: reads`, value: cost.reads, unit: "", reference: "webhook and executor together" },
    { name: `${name}: writes`, value: cost.writes, unit: "" },
    {
      name: `${name}: documents with a TTL`,
      value: cost.ttlDeletes,
      unit: "",
      reference: "each a delete later",
    },
  ];
}

function minuteFigures(name: string, hour: Cost): readonly Measurement[] {
  return [
    {
      name: `${name}: reads`,
      value: hour.reads / MINUTES_AN_HOUR,
      unit: "",
      reference: "at most 2, the list of accounts included",
    },
    { name: `${name}: writes`, value: hour.writes / MINUTES_AN_HOUR, unit: "", reference: "at most 2" },
  ];
}

/** A day of one account's schedules and of one dashboard that shows it, alerts left out. */
function dayWithoutAlerts(hour: Cost): Operations {
  const schedules = times(hour, HOURS_A_DAY);
  return sum(schedules, { reads: hour.shownReads * DASHBOARD_HOURS_A_DAY, writes: 0, ttlDeletes: 0 });
}

/** An alert, with what it makes an open dashboard read. */
function alertShown(alert: Cost): Operations {
  const shown = (alert.shownReads * DASHBOARD_HOURS_A_DAY) / HOURS_A_DAY;
  return sum(alert, { reads: shown, writes: 0, ttlDeletes: 0 });
}

function monthFigure(symbols: number, alert: Cost, hour: Cost): Measurement {
  const accounts = Math.ceil(symbols / SYMBOLS_PER_ACCOUNT);
  const aDay = sum(
    times(dayWithoutAlerts(hour), accounts),
    times(alertShown(alert), symbols * ALERTS_PER_SYMBOL_A_DAY),
  );
  const { reads, writes } = aDay;
  return {
    name: `Firestore in a month, ${symbols} symbols in ${accounts} account${accounts > 1 ? "s" : ""}`,
    value: monthlyUsd(aDay),
    unit: "USD",
    reference: `${Math.round(reads)} reads, ${Math.round(writes)} writes a day; ${ALERTS_PER_SYMBOL_A_DAY} alerts per symbol a day, positions held, a dashboard always open`,
  };
}

function freeTierFigures(alert: Cost, hour: Cost): readonly Measurement[] {
  const base = dayWithoutAlerts(hour);
  const each = alertShown(alert);
  const byReads = (FREE_A_DAY.reads - base.reads) / each.reads;
  const byWrites = (FREE_A_DAY.writes - base.writes) / each.writes;
  return [
    {
      name: "the free tier ends at, one account of 10 symbols",
      value: Math.floor(Math.min(byReads, byWrites)),
      unit: "alerts a day",
      reference: `reads would allow ${Math.floor(byReads)}, writes ${Math.floor(byWrites)}; of these the schedules and an open dashboard take ${Math.round(base.reads)} reads and ${Math.round(base.writes)} writes`,
    },
  ];
}
