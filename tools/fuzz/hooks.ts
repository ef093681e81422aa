// The hooks that fuzzed requests are aimed at, one of every kind that a database may hold, and the secrets behind them.
import { encode } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import { tokenSha256 } from "#domain/signal/hook-token.ts";
import type { DocumentData } from "#ports/documents.ts";
import { ACCOUNT, configWith, STRATEGY } from "#test/support/world.ts";

/** A hook as the fuzzer knows it: in clear what the database holds as a hash or not at all. */
export interface KnownHook {
  readonly hookId: string;
  /** Null where no token opens it. */
  readonly token: string | null;
  /** Base64. */
  readonly signingSecrets: readonly string[];
  /** An address on the hook's list; null where the list is empty or unused. */
  readonly from: string | null;
  /** Listed networks, as prefixes of the address's text. */
  readonly networks: readonly string[];
  /** Whether a right proof opens it. */
  readonly opens: boolean;
  readonly accountId: string;
  readonly perMinute: number;
  /** Whether its account's signals may become intents. */
  readonly configured: boolean;
  readonly document: DocumentData;
}

/** The most that a hook can be allowed: blocks of inputs must not run into it. */
const PLENTY_PER_MINUTE = 10_000;
const SCARCE_PER_MINUTE = 3;
const MAX_SIGNAL_AGE_MS = 60_000;
const UNCONFIGURED_ACCOUNT = "unconfigured";
const MISCONFIGURED_ACCOUNT = "misconfigured";

interface Sketch extends Partial<Omit<KnownHook, "document">> {
  readonly hookId: string;
  readonly enabled?: boolean;
  readonly sources?: readonly string[];
  readonly damage?: Partial<Record<keyof Hook, unknown>>;
}

function known(sketch: Sketch): KnownHook {
  const { hookId, token = null, signingSecrets = [], accountId = ACCOUNT } = sketch;
  const { enabled = true, sources = [], perMinute = PLENTY_PER_MINUTE, opens = true } = sketch;
  const hook: Hook = {
    hookId,
    accountId,
    strategyId: STRATEGY,
    mode: token === null ? "signed" : "tradingview",
    enabled,
    tokenSha256: token === null ? null : tokenSha256(token),
    sourceAddresses: sources,
    maxSignalAgeMs: MAX_SIGNAL_AGE_MS,
    maxRequestsPerMinute: perMinute,
  };
  return {
    hookId,
    token,
    signingSecrets,
    from: sketch.from ?? sources[0] ?? null,
    networks: sketch.networks ?? sources,
    opens: opens && enabled,
    accountId,
    perMinute,
    configured: accountId === ACCOUNT,
    document: { ...encode(hook), ...encode(sketch.damage ?? {}) },
  };
}

const secret = (text: string): string => Buffer.from(text.padEnd(32, "~")).toString("base64");
const FIRST = secret("first signing secret of the fuzz");
const RETIRING = secret("signing secret that is retiring");
const NEXT = secret("signing secret that comes next");
/** One of TradingView's own addresses. */
const SENDER = "52.89.214.238";

/** Tokens differ in every part, so that one is never found inside another. */
export const DIRECT = known({ hookId: "direct-hook-1", token: "qmWv7TzKe2HnRbYx", sources: [SENDER] });
export const SIGNED = known({ hookId: "signed-hook-1", signingSecrets: [FIRST] });
export const ROTATING = known({ hookId: "signed-hook-2", signingSecrets: [RETIRING, NEXT] });

export const HOOKS: readonly [KnownHook, ...KnownHook[]] = [
  DIRECT,
  SIGNED,
  ROTATING,
  known({
    hookId: "direct-hook-2",
    token: "Lp4dGcXo9SfJaUi3",
    sources: ["10.1.0.0/16", "2001:db8::/32", "not an address"],
    from: "10.1.200.7",
    networks: ["10.1.", "2001:db8:", "2001:0db8:"],
  }),
  known({
    hookId: "scarce-hook-1",
    token: "N8rMhQwBy5ZtEsVk",
    sources: [SENDER],
    perMinute: SCARCE_PER_MINUTE,
  }),
  known({ hookId: "direct-off-1", token: "CjXf6DgPu0IoLaWq", sources: [SENDER], enabled: false }),
  known({ hookId: "signed-off-1", signingSecrets: [FIRST], enabled: false }),
  known({ hookId: "signed-keyless", opens: false }),
  known({ hookId: "sourceless-1", token: "Hs2VbNkTz7MxRyGe", opens: false }),
  known({
    hookId: "orphan-hook-1",
    token: "EwYc1KuJd8QpFoSn",
    sources: [SENDER],
    accountId: UNCONFIGURED_ACCOUNT,
  }),
  known({ hookId: "orphan-hook-2", signingSecrets: [FIRST], accountId: MISCONFIGURED_ACCOUNT }),
  known({
    hookId: "damaged-hook-1",
    token: "Ta9ZiXvGm4LbCrHw",
    sources: [SENDER],
    opens: false,
    damage: { maxSignalAgeMs: "soon" },
  }),
  known({
    hookId: "misnamed-hook",
    token: "Uo3DyPfKs6NjEqBt",
    sources: [SENDER],
    opens: false,
    damage: { hookId: "another-hook-1" },
  }),
];

export const HOOK_BY_ID: ReadonlyMap<string, KnownHook> = new Map(HOOKS.map((hook) => [hook.hookId, hook]));

/** Texts that must stay out of every document, log line and answer. */
export const SECRETS: readonly string[] = [
  ...HOOKS.flatMap(({ token, signingSecrets }) => [...(token === null ? [] : [token]), ...signingSecrets]),
  ...[FIRST, RETIRING, NEXT].map((key) => Buffer.from(key, "base64").toString("latin1")),
];

/** Documents of the database before the first request. */
export function initialDocuments(): readonly (readonly [path: string, data: DocumentData])[] {
  return [
    [paths.environment, { name: "local" }],
    [paths.config(ACCOUNT), encode(configWith())],
    [paths.config(MISCONFIGURED_ACCOUNT), { ...encode(configWith()), maxOpenGroups: "many" }],
    ...HOOKS.map((hook) => [paths.hook(hook.hookId), hook.document] as const),
  ];
}
