// Mutations of what is believed and of who acts: NAV, peak, the guard, the bus, the schedules.
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentData } from "#ports/documents.ts";
import { NO_DRAWDOWN_GRADES } from "#test/support/config.ts";
import type { Mutation } from "./mutation.ts";
import { dropping, isControl, withAnswers, withData } from "./rewrites.ts";

const isNav = (path: string): boolean => path.endsWith("/control/nav");

const isPeak = (path: string): boolean => path.endsWith("/control/peak");

const isConfig = (path: string): boolean => /\/config\/(current|v\d+)$/.test(path);
/** Longer than any run. */
const A_DAY_MS = 86_400_000;
/** The signs that a look which found silence leaves for the next look. */
const SILENT = [{ code: "NAV_MISSED", subject: "", message: "made up", calls: "stale", source: "nav" }];
/** Past every limit of every config. */
const LONG_AGO_MS = 600_000;

/** NAV and prices made to look as if they were of now. */
function freshened(data: DocumentData, nowMs: number): DocumentData {
  const nav = data as unknown as Nav;
  const marks = Object.entries(nav.marks).map(([symbol, mark]) => [symbol, { ...mark, asOfMs: nowMs }]);
  return { ...data, stale: false, asOfMs: nowMs, marks: Object.fromEntries(marks) };
}

export const DATA_MUTATIONS: readonly Mutation[] = [
  {
    name: "trustStaleNav",
    says: "A NAV counts as fresh, whatever its age.",
    hooks: () => ({
      documents: (port, { nowMs, process }) =>
        withAnswers(port, (snapshot) => {
          const { path, data } = snapshot;
          if (process.kind === "nav" || !isNav(path) || data === null || data.marks === undefined)
            return snapshot;
          return { ...snapshot, data: freshened(data, nowMs()) };
        }),
    }),
  },
  {
    name: "memoryOutlivesItsGround",
    says: "A NAV that turns stale, and a setting that differs, leave the control document as it is: books in memory go on.",
    hooks: () => ({
      documents: (port) =>
        dropping(port, (write) => write.op === "update" && "groundLostCount" in write.changes),
    }),
  },
  {
    name: "flattenOnOneSignal",
    says: "Whatever else the watchdog finds silent, it takes the NAV for silent too: one sign counts as two.",
    hooks: () => ({
      documents: (port, { process }) =>
        withAnswers(port, (snapshot) => {
          const { path, data } = snapshot;
          const checkedAtMs = data?.checkedAtMs;
          if (process.kind !== "watchdog" || !isNav(path) || typeof checkedAtMs !== "number") return snapshot;
          return { ...snapshot, data: { ...data, checkedAtMs: checkedAtMs - LONG_AGO_MS } };
        }),
    }),
  },
  {
    name: "mixBaselines",
    says: "Every instance goes on with the peak it finds as if it were of its own baseline.",
    hooks: () => ({
      documents: (port, { process }) =>
        withData(port, isPeak, (data) => ({ ...data, baselineId: `baseline-${process.id}` })),
    }),
  },
  {
    name: "callFailedSourceHealthy",
    says: "A NAV with a failed source is stored as healthy.",
    hooks: () => ({
      documents: (port) =>
        withData(port, isNav, (data) => ({ ...data, stale: false, asOfMs: data.checkedAtMs ?? null })),
    }),
  },
  {
    name: "zeroOnFailure",
    says: "What could not be measured is stored as zero.",
    hooks: () => ({
      documents: (port) =>
        withData(port, isNav, (data) =>
          data.stale === true ? { ...data, navUsd: "0", walletUsd: "0" } : data,
        ),
    }),
  },
  {
    name: "publishNothing",
    says: "The publisher confirms and publishes nothing.",
    hooks: () => ({ bus: () => ({ publish: async () => undefined }) }),
  },
  {
    name: "tellNobody",
    says: "A notification is called sent and is not.",
    hooks: () => ({ notifier: () => ({ send: async () => undefined }) }),
  },
  {
    name: "alertsWithoutMessage",
    says: "An alert is stored without the message that tells people of it.",
    hooks: () => ({ documents: (port) => dropping(port, ({ path }) => path.includes("/outbox/")) }),
  },
  {
    name: "ignoreLosses",
    says: "The NAV schedule knows no drawdown grades and no limit on a day's loss.",
    hooks: () => ({
      documents: (port, { process }) =>
        withAnswers(port, (snapshot) => {
          if (process.kind !== "nav" || !isConfig(snapshot.path) || snapshot.data === null) return snapshot;
          const drawdown = { ...NO_DRAWDOWN_GRADES };
          return { ...snapshot, data: { ...snapshot.data, drawdown, maxDailyLossUsd: null } };
        }),
    }),
  },
  {
    name: "neverHaltOnSilence",
    says: "However long people see nothing, it is never too long.",
    hooks: () => ({
      documents: (port) =>
        withAnswers(port, (snapshot) =>
          isConfig(snapshot.path) && snapshot.data !== null
            ? { ...snapshot, data: { ...snapshot.data, maxTelemetrySilenceMs: A_DAY_MS } }
            : snapshot,
        ),
    }),
  },
  {
    name: "trustForeignConfig",
    says: "Whatever stands in config/current is in force.",
    hooks: () => {
      const versions = new Map<string, number>();
      return {
        documents: (port) => ({
          ...port,
          query: (query) => port.query(query),
          commit: (writes) => port.commit(writes),
          async getAll(paths) {
            const snapshots = await port.getAll(paths);
            for (const { path, data } of snapshots) {
              if (path.endsWith("/config/current") && typeof data?.version === "number")
                versions.set(path.replace("config/current", "control/state"), data.version);
            }
            return snapshots.map((snapshot) => {
              const version = versions.get(snapshot.path);
              if (version === undefined || snapshot.data === null) return snapshot;
              return { ...snapshot, data: { ...snapshot.data, configVersion: version } };
            });
          },
        }),
      };
    },
  },
  {
    name: "oneLookIsEnough",
    says: "The watchdog takes every look for the second that found silence, with trading reduced by the first.",
    hooks: () => ({
      documents: (port, { process }) =>
        withAnswers(port, (snapshot) => {
          const { path, data } = snapshot;
          if (process.kind !== "watchdog" || data === null) return snapshot;
          if (path.endsWith("/telemetry/watchdog"))
            return { ...snapshot, data: { ...data, findings: SILENT } };
          const state = isControl(path) ? (data as unknown as ControlState).tradingState : null;
          if (state?.state !== "ACTIVE") return snapshot;
          return { ...snapshot, data: { ...data, tradingState: { ...state, state: "REDUCING" } } };
        }),
    }),
  },
  {
    name: "neverWatch",
    says: "The watchdog's schedule does nothing.",
    hooks: () => ({ idleSchedules: new Set(["watchdog"]) }),
  },
  {
    name: "neverReconcile",
    says: "The reconcile schedule does nothing.",
    hooks: () => ({ idleSchedules: new Set(["reconcile"]) }),
  },
  {
    name: "skipGuard",
    says: "A process does not compare its environment with the database's label.",
    hooks: () => ({
      documents: (port, { environment }) =>
        withAnswers(port, (snapshot) =>
          snapshot.path === paths.environment ? { ...snapshot, data: { name: environment } } : snapshot,
        ),
    }),
  },
];
