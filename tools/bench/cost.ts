// Firestore's cost of Ballast: documents read and written per alert, per idle minute and per hour of an open
// dashboard, counted at the ports of the real use cases; from them the month's cost, and the end of the free
// tier. Every deployed schedule is counted (schedules.ts), and each figure says what it counts.
import { paths } from "#domain/documents/paths.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import { ACCOUNT, type World } from "#test/support/world.ts";
import { type InProcess, openInProcess } from "./in-process.ts";
import { FREE_A_DAY, monthlyUsd, type Operations, sum, times } from "./prices.ts";
import type { Measurement } from "./run.ts";
import { OF_EACH_ACCOUNT, OF_THE_PROJECT, openSchedules } from "./schedules.ts";

const MINUTES_AN_HOUR = 60;
const HOURS_A_DAY = 24;
/** Until every cache is filled and the first series of the day is packed. */
const WARM_UP_MINUTES = 6;
/** The market after a fill is known after seven minutes, and the account's minute of five comes within five more. */
const COUNTED_MINUTES = 13;
/** The schema's limit on the symbols of one account: more symbols take more accounts. */
const SYMBOLS_PER_ACCOUNT = 200;
/** The month is computed for one alert per symbol every two hours, and one dashboard that is always open. */
const ALERTS_PER_SYMBOL_A_DAY = 12;
const DASHBOARD_HOURS_A_DAY = 24;
/**
 * The dashboard listens to these (hosting/src/data/account-source.ts): single documents, days of the curve,
 * lists.
 */
const WATCHED_DAYS = 5;
const WATCHED_LISTS = { receipts: 25, alerts: 10, commands: 12 };

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
    paths.commands(ACCOUNT),
    `${paths.account(ACCOUNT)}/alerts`,
    `${paths.account(ACCOUNT)}/navSeries`,
  ];
  return watchedDocuments.has(path) || lists.includes(collection);
}

/** The cost of one thing: its own operations, and the reads that it causes on one open dashboard. */
interface Cost extends Operations {
  readonly shownReads: number;
}

/** An hour of the schedules: of one account, and of the project, whatever its accounts. */
interface Hour {
  readonly account: Cost;
  readonly project: Cost;
}

export async function run(): Promise<readonly Measurement[]> {
  const path = await openInProcess();
  const cold = await alertCost(path);
  const warm = await alertCost(path);
  const later = await countedLater(path);
  const holding = await hourCost(path.world);
  const idle = await hourCost((await openInProcess()).world);
  const listed = Object.values(WATCHED_LISTS).reduce((total, count) => total + count);
  const openingReads = watchedDocuments.size + WATCHED_DAYS + listed + 1;
  return [
    ...alertFigures("filled alert, warm", warm),
    ...alertFigures("filled alert, new instances", cold),
    ...laterFigures(later),
    ...minuteFigures(
      "idle minute, 10 symbols",
      idle.account,
      "at most 6 reads (3 of them the project's) and 2 writes",
    ),
    ...minuteFigures("minute with an open position, 10 symbols", holding.account, "a look every 15 s"),
    ...projectFigures(idle.project),
    { name: "opening a dashboard: reads", value: openingReads, unit: "", reference: "all lists full" },
    { name: "idle hour of an open dashboard: reads", value: idle.account.shownReads, unit: "" },
    {
      name: "hour of an open dashboard with a position: reads",
      value: holding.account.shownReads,
      unit: "",
    },
    ...[10, 50, 500].map((symbols) => monthFigure(symbols, sumCost(warm, later), holding)),
    ...freeTierFigures(sumCost(warm, later), holding),
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

/**
 * The cost of counting how one alert's order went (app/telemetry), minutes later: what is read and written of the journal and
 * the two documents, by processes that are warm.
 */
async function countedLater(path: InProcess): Promise<Cost> {
  const schedules = openSchedules(path.world);
  await schedules.minutes(COUNTED_MINUTES);
  await path.send(await path.nextAlert());
  const counted = { reads: 0, writes: 0, ttlDeletes: 0, shownReads: 0 };
  path.world.documents.interceptor = {
    async after(call) {
      if (call.kind === "getAll") counted.reads += call.paths.filter(isCountedOn).length;
      if (call.kind === "commit")
        counted.writes += call.writes.filter(({ op, path }) => op === "set" && isCountedOn(path)).length;
    },
  };
  await schedules.minutes(COUNTED_MINUTES);
  path.world.documents.interceptor = null;
  return counted;
}

function isCountedOn(path: string): boolean {
  return /\/(journal\/\d+|telemetry\/(router|execution))$/.test(path);
}

function sumCost(one: Cost, other: Cost): Cost {
  return { ...sum(one, other), shownReads: one.shownReads + other.shownReads };
}

/** An hour of every schedule; whatever the account holds stays open. */
async function hourCost(world: World): Promise<Hour> {
  const schedules = openSchedules(world);
  await schedules.minutes(WARM_UP_MINUTES);
  const account = await costOf(world, schedules.accountCounts, () => schedules.minutes(MINUTES_AN_HOUR));
  const project = await costOf(world, schedules.projectCounts, () => schedules.projectHour());
  return { account, project };
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

function laterFigures({ reads, writes }: Cost): readonly Measurement[] {
  const name = "a filled alert, counted minutes later";
  const reference = "journal and telemetry, by reconcile";
  return [
    { name: `${name}: reads`, value: reads, unit: "", reference },
    { name: `${name}: writes`, value: writes, unit: "", reference },
  ];
}

function minuteFigures(name: string, hour: Cost, note: string): readonly Measurement[] {
  const reference = `${OF_EACH_ACCOUNT}; ${note}`;
  return [
    { name: `${name}: reads`, value: hour.reads / MINUTES_AN_HOUR, unit: "", reference },
    { name: `${name}: writes`, value: hour.writes / MINUTES_AN_HOUR, unit: "", reference },
  ];
}

function projectFigures({ reads, writes }: Cost): readonly Measurement[] {
  const name = "an hour of the project's own schedules";
  return [
    { name: `${name}: reads`, value: reads, unit: "", reference: OF_THE_PROJECT },
    { name: `${name}: writes`, value: writes, unit: "", reference: OF_THE_PROJECT },
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

function monthFigure(symbols: number, alert: Cost, hour: Hour): Measurement {
  const accounts = Math.ceil(symbols / SYMBOLS_PER_ACCOUNT);
  const aDay = sum(
    times(dayWithoutAlerts(hour.account), accounts),
    times(hour.project, HOURS_A_DAY),
    times(alertShown(alert), symbols * ALERTS_PER_SYMBOL_A_DAY),
  );
  const { reads, writes } = aDay;
  return {
    name: `Firestore in a month, ${symbols} symbols in ${accounts} account${accounts > 1 ? "s" : ""}`,
    value: monthlyUsd(aDay),
    unit: "USD",
    reference: `${Math.round(reads)} reads, ${Math.round(writes)} writes a day; ${ALERTS_PER_SYMBOL_A_DAY} alerts per symbol a day, every schedule, positions held all day, a dashboard always open`,
  };
}

function freeTierFigures(alert: Cost, hour: Hour): readonly Measurement[] {
  const base = sum(dayWithoutAlerts(hour.account), times(hour.project, HOURS_A_DAY));
  const each = alertShown(alert);
  const byReads = (FREE_A_DAY.reads - base.reads) / each.reads;
  const byWrites = (FREE_A_DAY.writes - base.writes) / each.writes;
  return [
    {
      name: "the free tier ends at, one account of 10 symbols",
      value: Math.floor(Math.min(byReads, byWrites)),
      unit: "alerts a day",
      reference: `reads would allow ${Math.floor(byReads)}, writes ${Math.floor(byWrites)}; of these every schedule, with positions held all day, and an open dashboard take ${Math.round(base.reads)} reads and ${Math.round(base.writes)} writes`,
    },
  ];
}
