// Starts the page: settings, sign-in, the account's documents, and the controls. The only place where the parts meet
// and where the clock is read for all of them.
import "./style/index.css";
import { initializeApp } from "firebase/app";
import type { Auth } from "firebase/auth";
import { connectFirestoreEmulator, type Firestore, initializeFirestore } from "firebase/firestore";
import { AccountWatch } from "./account-watch.ts";
import { LazyChart } from "./chart/lazy-chart.ts";
import { CommandDesk } from "./command-desk.ts";
import { watchAccountIds } from "./data/account-source.ts";
import { enter, leave, openAuth, refreshClaims, type Session, watchSession } from "./data/session.ts";
import { isLoopback, loadSettings, type Settings, SettingsFault } from "./data/settings.ts";
import type { HistoryDesk } from "./history-desk.ts";
import { loadDenialSentences } from "./model/denial-words.ts";
import { NO_HISTORY } from "./model/history.ts";
import { commandRights } from "./model/rights.ts";
import { signInSentence } from "./model/sign-in-words.ts";
import { nothingYet, type State } from "./model/state.ts";
import { viewOf } from "./model/view.ts";
import { Store } from "./store.ts";
import type { Controls } from "./view/controls.ts";
import { type LaterViews, page, pageTitle } from "./view/page.ts";
import { patchChildren } from "./view/patch.ts";

const PHONE = matchMedia("(max-width: 699px)");
const onThisMachine = isLoopback(location.hostname);

const root = document.getElementById("app") ?? document.body;
root.replaceChildren();
root.tabIndex = -1;

const initial: State = {
  phase: { kind: "starting" },
  nowMs: Date.now(),
  online: navigator.onLine,
  local: onThisMachine,
  view: viewOf(location.hash, "overview"),
  data: nothingYet(),
  draft: null,
  history: NO_HISTORY,
  acknowledging: new Map(),
  narrow: PHONE.matches,
  range: "24 h",
  expanded: new Set(),
  event: null,
  chartFault: null,
  viewFaults: {},
};

interface Services {
  readonly auth: Auth;
  readonly db: Firestore;
  readonly watch: AccountWatch;
  readonly desk: CommandDesk;
}
let services: Services | null = null;
let session: Session | null = null;
let allAccounts: readonly string[] = [];
let stopAccountIds: (() => void) | null = null;
let past: HistoryDesk | null = null;
const later: LaterViews = {};

const chart = new LazyChart((fault) => {
  store.change({ chartFault: String(fault) });
});

const store = new Store(initial, (state, points) => {
  const before = document.getElementById("main");
  patchChildren(root, page(state, points, controls, later));
  // The focused element may have left with the sign-in or the view: the keyboard goes on from the top.
  const replaced = before !== null && before !== document.getElementById("main");
  if (replaced && document.activeElement === document.body) root.focus();
  showDialog();
  document.title = pageTitle(state);
  chart.show(document.querySelector<HTMLElement>(".chart"), points);
  services?.watch.followDay(state.nowMs);
});

/** Modal: focus stays in it, and goes back to where it came from. */
function showDialog(): void {
  const dialog = document.querySelector("dialog");
  if (dialog !== null && !dialog.open) dialog.showModal();
}

/** Closed before it leaves the page: only then does the browser give the focus back. */
function closeDialog(): void {
  document.querySelector("dialog")?.close();
  services?.desk.close();
}

function misconfigured(fault: unknown): void {
  const known = fault instanceof SettingsFault;
  store.change({
    phase: {
      kind: "misconfigured",
      fault: known ? fault.message : `Unexpected: ${String(fault)}`,
      remedy: known ? fault.remedy : "Reload the page. If it persists, report this text.",
    },
  });
}

/** The chosen account is in the address, so that it can be bookmarked. */
function chosenAccount(accounts: readonly string[]): string | undefined {
  const asked = new URLSearchParams(location.search).get("account");
  return accounts.find((id) => id === asked) ?? accounts[0];
}

function showSession(): void {
  if (session === null) {
    services?.watch.select(null);
    store.change({ phase: { kind: "signedOut", busy: false, fault: null } });
    return;
  }
  const { email } = session;
  const accounts = [...new Set([...session.accounts, ...allAccounts])];
  const accountId = chosenAccount(accounts);
  if (accountId === undefined) {
    services?.watch.select(null);
    store.change({ phase: { kind: "noAccount", email } });
    return;
  }
  services?.watch.select(accountId);
  const rights = commandRights(session, accountId);
  const { phase, view } = store.state;
  const isNew = phase.kind !== "account" || phase.accountId !== accountId;
  store.change({ phase: { kind: "account", email, accounts, accountId, rights } });
  if (isNew && view !== "overview") services?.desk.warmUp();
}

function takeSession(db: Firestore, next: Session | null): void {
  session = next;
  if (next?.role !== "operator") {
    stopAccountIds?.();
    stopAccountIds = null;
    allAccounts = [];
  } else if (stopAccountIds === null) {
    stopAccountIds = watchAccountIds(db, (ids) => {
      allAccounts = ids;
      showSession();
    });
    // An operator's accounts are on their way; "no account" would be wrong for that moment.
    if (next.accounts.length === 0) return;
  }
  showSession();
}

function open({ project, local }: Settings): void {
  const app = initializeApp({ projectId: project.projectId, apiKey: project.apiKey });
  const auth = openAuth(app, local);
  const db = initializeFirestore(app, {});
  if (local !== null) connectFirestoreEmulator(db, local.firestore.host, local.firestore.port);
  services = { auth, db, watch: new AccountWatch(db, store), desk: new CommandDesk(auth, store) };
  watchSession(auth, (next) => takeSession(db, next), misconfigured);
}

/** It comes with the view that asks for it. */
function historyDesk(): HistoryDesk | null {
  if (services === null || later.positions === undefined) return null;
  past ??= new later.positions.HistoryDesk(services.db, store);
  return past;
}

const controls: Controls = {
  signIn: (email, password) => {
    if (services === null) return;
    store.change({ phase: { kind: "signedOut", busy: true, fault: null } });
    enter(services.auth, email, password).catch((fault: unknown) => {
      store.change({ phase: { kind: "signedOut", busy: false, fault: signInSentence(fault) } });
    });
  },
  signOut: () => {
    if (services !== null) leave(services.auth).catch(misconfigured);
  },
  checkAgain: () => {
    // A listener that the rules refused has ended; it is opened anew under the new claims.
    services?.watch.select(null);
    if (services === null) location.reload();
    else refreshClaims(services.auth).catch(misconfigured);
  },
  selectAccount: (accountId) => {
    const address = new URL(location.href);
    address.searchParams.set("account", accountId);
    services?.desk.close();
    history.replaceState(null, "", address);
    showSession();
  },
  selectRange: (range) => store.change({ range }),
  toggleList: (id) => {
    const expanded = new Set(store.state.expanded);
    if (!expanded.delete(id)) expanded.add(id);
    store.change({ expanded });
  },
  moreEnded: () => void historyDesk()?.moreEnded(),
  moreJournal: (groupId) => void historyDesk()?.moreJournal(groupId),
  closeJournal: (groupId) => historyDesk()?.closeJournal(groupId),
  skipToMain: () => document.getElementById("main")?.focus(),
  openCommand: (kind, fields = {}) => services?.desk.open(kind, fields),
  editCommand: (fields) => {
    services?.desk.edit(fields);
    store.flush();
  },
  sendCommand: (password) => void services?.desk.send(password),
  closeCommand: closeDialog,
  acknowledge: (alertId) => void services?.desk.acknowledge(alertId),
};

addEventListener("hashchange", () => {
  const view = viewOf(location.hash, store.state.view);
  if (view === store.state.view) return;
  store.change({ view });
  if (view !== "overview") services?.desk.warmUp();
  scrollTo(0, 0);
});
// Not awaited: the overview stands without them. Loaded at once, so that they are there when the network is not.
function loadView<Name extends keyof LaterViews>(name: Name, loading: Promise<LaterViews[Name]>): void {
  loading.then(
    (view) => {
      later[name] = view;
      store.change({});
    },
    (fault: unknown) => store.change({ viewFaults: { ...store.state.viewFaults, [name]: String(fault) } }),
  );
}
loadView("positions", import("./view/positions-page.ts"));
loadView("risk", import("./view/risk-page.ts"));
loadDenialSentences().then(
  () => store.change({}),
  (fault: unknown) => console.error("Denials are told by their codes: their sentences did not come.", fault),
);

addEventListener("online", () => store.change({ online: true }));
addEventListener("offline", () => store.change({ online: false }));
PHONE.addEventListener("change", () => store.change({ narrow: PHONE.matches }));
store.change({});
loadSettings(location.hostname).then(open).catch(misconfigured);
