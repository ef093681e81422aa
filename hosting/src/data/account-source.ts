// Watches the documents of one account, live, and reports each as known, missing, unreadable or refused. Reads only.
// What comes from the cache while the server is out of reach is marked so; absence counts only on the server's word.
import {
  collection,
  type DocumentSnapshot,
  doc,
  type Firestore,
  type FirestoreError,
  limit,
  onSnapshot,
  orderBy,
  type Query,
  type QuerySnapshot,
  query,
  where,
} from "firebase/firestore";
import type { AccountData, Rows } from "../model/state.ts";
import type { Watched } from "../model/watched.ts";
import { commandReader } from "./command-reader.ts";
import { configReader } from "./config-reader.ts";
import { controlReader } from "./control-reader.ts";
import {
  alertReader,
  messageReader,
  navReader,
  overviewReader,
  peakReader,
  profileReader,
  receiptReader,
  seriesReader,
} from "./documents.ts";
import type { Reader } from "./shape.ts";
import { shapeOf } from "./versioned.ts";

const RECEIPTS_SHOWN = 25;
const ALERTS_SHOWN = 10;
const COMMANDS_SHOWN = 12;
const GIVEN_UP_SHOWN = 5;
/** One may not have been tried yet while the next one was. */
const UNSENT_LOOKED_AT = 3;
/** A listener that the server ended for any reason but permission is opened again after this. */
const REOPEN_AFTER_MS = 5_000;
/** Cache or server is part of what is shown, so changes of that alone must arrive too. */
const WITH_METADATA = { includeMetadataChanges: true };

type Stop = () => void;
type Sink = (change: Partial<AccountData>) => void;

/** Keeps a listener open: ends on permission-denied, is opened again after any other end. */
function keepOpen(
  open: (onEnd: (error: FirestoreError) => void) => Stop,
  onFault: (code: string) => void,
): Stop {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: Stop;
  const start = (): void => {
    stop = open((error) => {
      onFault(error.code);
      if (error.code !== "permission-denied") timer = setTimeout(start, REOPEN_AFTER_MS);
    });
  };
  start();
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function readOne<T>(reader: Reader<T>, snapshot: DocumentSnapshot, fromCache: boolean): Watched<T> {
  const data = snapshot.data();
  if (data === undefined) return { kind: fromCache ? "loading" : "missing" };
  const versioned = shapeOf(snapshot.ref.path, data);
  if (versioned.kind === "newer") return versioned;
  try {
    return { kind: "value", value: reader(versioned.shape, ""), fromCache };
  } catch (fault) {
    return { kind: "unreadable", fault: (fault as Error).message };
  }
}

function readRows<T>(reader: Reader<T>, snapshot: QuerySnapshot): Watched<Rows<T>> {
  const { fromCache } = snapshot.metadata;
  if (fromCache && snapshot.empty) return { kind: "loading" };
  const read = snapshot.docs.map((document) => readOne(reader, document, fromCache));
  const rows = read.filter((one) => one.kind === "value").map((one) => one.value);
  return { kind: "value", value: { rows, unreadable: read.length - rows.length }, fromCache };
}

function watchOne<T>(
  db: Firestore,
  path: string,
  reader: Reader<T>,
  sink: (watched: Watched<T>) => void,
): Stop {
  return keepOpen(
    (onEnd) =>
      onSnapshot(
        doc(db, path),
        WITH_METADATA,
        (snapshot) => sink(readOne(reader, snapshot, snapshot.metadata.fromCache)),
        onEnd,
      ),
    (code) => sink({ kind: "refused", code }),
  );
}

function watchRows<T>(wanted: Query, reader: Reader<T>, sink: (watched: Watched<Rows<T>>) => void): Stop {
  return keepOpen(
    (onEnd) => onSnapshot(wanted, WITH_METADATA, (snapshot) => sink(readRows(reader, snapshot)), onEnd),
    (code) => sink({ kind: "refused", code }),
  );
}

/** The ids of all accounts, for an operator. */
export function watchAccountIds(db: Firestore, sink: (ids: readonly string[]) => void): Stop {
  return keepOpen(
    (onEnd) =>
      onSnapshot(
        collection(db, "accounts"),
        (snapshot) => {
          if (!snapshot.metadata.fromCache) sink(snapshot.docs.map(({ id }) => id));
        },
        onEnd,
      ),
    () => sink([]),
  );
}

/** Watches all but the equity curve. Returns what ends it. */
export function watchAccount(db: Firestore, accountId: string, sink: Sink): Stop {
  const root = `accounts/${accountId}`;
  const newest = (name: string, field: string, count: number): Query =>
    query(collection(db, `${root}/${name}`), orderBy(field, "desc"), limit(count));
  const messages = (status: string, direction: "asc" | "desc", count: number): Query =>
    query(
      collection(db, `${root}/outbox`),
      where("status", "==", status),
      orderBy("createdAtMs", direction),
      limit(count),
    );
  const stops = [
    watchOne(db, `${root}/control/nav`, navReader, (nav) => sink({ nav })),
    watchOne(db, `${root}/control/state`, controlReader, (control) => sink({ control })),
    watchOne(db, `${root}/views/overview`, overviewReader, (overview) => sink({ overview })),
    watchOne(db, `${root}/control/peak`, peakReader, (peak) => sink({ peak })),
    watchOne(db, root, profileReader, (profile) => sink({ profile })),
    watchOne(db, `${root}/config/current`, configReader, (config) => sink({ config })),
    watchRows(newest("receipts", "receivedAtMs", RECEIPTS_SHOWN), receiptReader, (receipts) =>
      sink({ receipts }),
    ),
    watchRows(newest("alerts", "atMs", ALERTS_SHOWN), alertReader, (alerts) => sink({ alerts })),
    watchRows(newest("commands", "receivedAtMs", COMMANDS_SHOWN), commandReader, (commands) =>
      sink({ commands }),
    ),
    watchRows(messages("FAILED", "desc", GIVEN_UP_SHOWN), messageReader, (givenUp) => sink({ givenUp })),
    watchRows(messages("PENDING", "asc", UNSENT_LOOKED_AT), messageReader, (unsent) => sink({ unsent })),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Watches the packed NAV of the given UTC days. */
export function watchSeries(
  db: Firestore,
  accountId: string,
  days: readonly string[],
  sink: (series: AccountData["series"]) => void,
): Stop {
  const series: AccountData["series"] = Object.fromEntries(days.map((day) => [day, { kind: "loading" }]));
  const stops = days.map((day) =>
    watchOne(db, `accounts/${accountId}/navSeries/${day}`, seriesReader, (watched) => {
      series[day] = watched;
      sink({ ...series });
    }),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
