// A world for setup: recorded Google, documents and users in memory, and a paper venue that fills. Every change passes one
// gate, at which a test kills the run before or after it.

import { signalId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { FUNCTIONS, REGION } from "#entry/options.ts";
import type { DocumentPort } from "#ports/documents.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { readText } from "#tools/house/source.ts";
import { type Answers, readAnswers } from "#tools/setup/answers.ts";
import type { CloudProject } from "#tools/setup/cloud-project.ts";
import { createGoogleProject } from "#tools/setup/google/google-project.ts";
import { createRest } from "#tools/setup/google/rest.ts";
import { type IndexFile, ttlFieldsOf } from "#tools/setup/plan.ts";
import type { SetupParts } from "#tools/setup/setup-parts.ts";
import type { Claims, User, Users } from "#tools/setup/users.ts";
import { deployed, emptyProject } from "./project-state.ts";
import { recordedTransport } from "./recorded-project.ts";

const PROJECT = "ballast-staging";

export class Killed extends Error {
  override readonly name = "Killed";
}

const ANSWERS = readAnswers({
  accountId: "main",
  accountName: "Main (paper)",
  venue: "binance-usdm",
  profile: "balanced",
  capitalUsd: "10000",
  symbols: "BTCUSDT,ETHUSDT",
  strategyId: "main",
  hookId: "tradingview-main",
  email: "owner@example.org",
  paperVenueOrigin: "https://demo-fapi.binance.com",
  keysFile: "keys.json",
  notifierUrl: "",
  budgetUsd: "50",
  fixedAddress: "no",
});

export class SetupWorld {
  readonly #answers: Answers;
  readonly google = emptyProject();
  readonly clock = createFakeClock();
  readonly documents = createMemoryDocuments(this.clock);
  readonly usersByEmail = new Map<string, { uid: string; claims: Claims | null; disabled: boolean }>();
  readonly kept = new Map<string, string>();
  settings: string | null = null;
  /** Every change, in order, over all runs. */
  readonly effects: string[] = [];
  killAt: { readonly place: number; readonly when: "before" | "after" } | null = null;
  denies = false;
  fills = 0;

  constructor(answers: Partial<Answers> = {}) {
    this.#answers = { ...ANSWERS, ...answers };
  }

  parts(): SetupParts {
    return {
      environment: "staging",
      projectId: PROJECT,
      answers: this.#answers,
      project: this.#project(),
      documents: this.#documents(),
      users: this.#users(),
      keepsakes: {
        get: (name) => this.kept.get(name) ?? null,
        put: (name, text) => this.#now(`keep ${name}`, () => void this.kept.set(name, text)),
      },
      settingsFile: {
        path: "functions/.env.ballast-staging",
        text: () => this.settings,
        write: (text) =>
          this.#now("settings", () => {
            this.settings = text;
          }),
      },
      postAlert: ({ id, hookId }) => this.#effect("alert", async () => this.#alert(id, hookId)),
      venueKeys: () => ({ apiKey: "key", secret: "secret" }),
      hookAddresses: ["52.89.214.238"],
      nowMs: () => this.clock.nowMs(),
      sleep: (durationMs) => this.clock.sleep(durationMs),
      random: (count) => Buffer.alloc(count, 7),
    };
  }

  /** All that a run may leave behind. */
  state() {
    const { operations: _begun, policies, compute, ...google } = this.google;
    const { runs: _runs, ...lasting } = google;
    return {
      google: {
        ...lasting,
        networks: compute.resources,
        bindings: Object.entries(policies)
          .map(([place, { bindings }]) => [place, bindings])
          .toSorted(),
      },
      documents: this.documents.dump(),
      users: [...this.usersByEmail],
      kept: [...this.kept],
      settings: this.settings,
    };
  }

  #project(): CloudProject {
    const { google } = this;
    const indexes = JSON.parse(readText("firestore.indexes.json")) as IndexFile;
    const made = {
      indexes: indexes.indexes.length,
      ttl: ttlFieldsOf(indexes),
      functions: Object.keys(FUNCTIONS),
    };
    const answers = recordedTransport(google);
    return createGoogleProject({
      rest: createRest((request) =>
        request.method === "GET" || request.url.includes(":getIamPolicy")
          ? answers(request)
          : this.#effect(`${request.method} ${request.url}`, async () => {
              const answer = await answers(request);
              if (request.url.endsWith(":run")) this.#seedFreshBooks();
              return answer;
            }),
      ),
      projectId: PROJECT,
      location: REGION,
      sleep: (durationMs) => this.clock.sleep(durationMs),
      deploy: (parts) => this.#effect(`deploy ${parts.join(",")}`, async () => deployed(google, parts, made)),
    });
  }

  #documents(): DocumentPort {
    const { documents } = this;
    return {
      getAll: (wanted) => documents.getAll(wanted),
      query: (query) => documents.query(query),
      commit: (writes) =>
        this.#effect(`commit ${writes.map(({ path }) => path).join(" ")}`, () => documents.commit(writes)),
    };
  }

  #users(): Users {
    const users = this.usersByEmail;
    const ofUid = (uid: string) => [...users.values()].find((each) => each.uid === uid);
    return {
      find: async (email): Promise<User | null> => users.get(email) ?? null,
      create: (email) =>
        this.#effect("user", async () => {
          if (users.has(email)) throw new Error("The email address is already in use");
          users.set(email, { uid: `uid-${email}`, claims: null, disabled: false });
          return `uid-${email}`;
        }),
      give: (uid, claims) =>
        this.#effect("claims", async () => {
          const user = ofUid(uid);
          if (user === undefined) throw new Error("No such user");
          user.claims = claims;
        }),
    };
  }

  /** As the functions leave it a minute after the first deploy. */
  #seedFreshBooks(): void {
    this.documents.seed(paths.universe("binance-usdm"), { markets: { BTCUSDT: {}, ETHUSDT: {} } });
    this.documents.seed(paths.nav("main"), { stale: false, navUsd: "10000" });
    this.documents.seed(paths.peak("main"), { peakUsd: "10000" });
    this.documents.seed(paths.venueSettings("main"), { mayTrade: true });
  }

  /** The webhook and the executor: the same id is one receipt and one order. */
  #alert(id: string, hookId: string): { readonly status: number; readonly text: string } {
    const receiptId = signalId(hookId, `webhook:${id}`);
    const path = paths.receipt("main", receiptId);
    if (this.documents.dump()[path] !== undefined) return { status: 200, text: "DUPLICATE" };
    const denials = [{ code: "NAV_STALE" }];
    if (this.denies) this.documents.seed(path, { status: "DENIED", denials });
    else {
      const order = `order-${receiptId}`;
      this.documents.seed(path, { status: "ORDERED", clientOrderId: order });
      this.documents.seed(paths.order("main", order), { status: "FILLED" });
      this.fills += 1;
    }
    return { status: 202, text: "ACCEPTED" };
  }

  #gate(when: "before" | "after", place: number): void {
    if (this.killAt?.when === when && this.killAt.place === place) throw new Killed(`${when} ${place}`);
  }

  async #effect<T>(name: string, work: () => Promise<T>): Promise<T> {
    const place = this.effects.length;
    this.#gate("before", place);
    this.effects.push(name);
    const result = await work();
    this.#gate("after", place);
    return result;
  }

  #now(name: string, work: () => void): void {
    const place = this.effects.length;
    this.#gate("before", place);
    this.effects.push(name);
    work();
    this.#gate("after", place);
  }
}
