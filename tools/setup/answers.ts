// The questions of setup, each a flag too: what is asked, what is usual, and what an answer has to look like. Answers of
// an earlier run are kept beside the checkout, so that a run that was killed asks nothing twice.
import { z } from "zod";
import { EGRESS_USD_A_MONTH } from "#deploy/egress.ts";
import type { VenueId } from "#domain/documents/account.ts";
import { VENUE_IDS } from "#domain/documents/words.ts";
import { accountId, hookId, positiveDecimalString, strategyId, symbol } from "#schemas/primitives.ts";
import { httpBaseUrl, venueOrigin } from "#schemas/settings.ts";
import { PROFILE_NAMES } from "./risk-profiles.ts";

const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .pipe(z.array(item).min(1));

export const answersSchema = z.object({
  accountId,
  accountName: z.string().min(1).max(80),
  venue: z.enum(VENUE_IDS),
  profile: z.enum(PROFILE_NAMES),
  capitalUsd: positiveDecimalString,
  symbols: list(symbol),
  strategyId,
  hookId,
  email: z.email(),
  paperVenueOrigin: venueOrigin,
  /** A JSON file with the account's keys; empty: they are stored already. */
  keysFile: z.string(),
  /** Empty: people are told on the page only. */
  notifierUrl: z.union([z.literal(""), httpBaseUrl]),
  /** Whole dollars a month; 0: no budget alert. */
  budgetUsd: z.coerce.number().int().min(0),
  /** Whether requests to venues leave by one address of the project's own. */
  fixedAddress: z.enum(["no", "yes"]),
});

export type Answers = z.output<typeof answersSchema>;
export type AnswerName = keyof Answers;
/** As they are typed and kept. */
export type RawAnswers = Partial<Record<AnswerName, string>>;

export interface Question {
  readonly name: AnswerName;
  readonly ask: string;
  /** Null: it has to be answered. */
  readonly usual: string | null;
  /** In place of `usual` once the venue is known. */
  readonly usualAt?: Readonly<Record<VenueId, string>>;
}

/** The venues' own play money. */
export const USUAL_PAPER_ORIGINS: Readonly<Record<VenueId, string>> = {
  "binance-usdm": "https://demo-fapi.binance.com",
  "bybit-linear": "https://api-testnet.bybit.com",
};

/** The usual answer after those so far. */
export function usualAnswer({ usual, usualAt }: Question, given: RawAnswers): string | null {
  const venue = answersSchema.shape.venue.safeParse(given.venue);
  return usualAt !== undefined && venue.success ? usualAt[venue.data] : usual;
}

/** In the order in which they are asked. `isLocal`: on the local stack, which has its own exchange and keys. */
export function questions(
  isLocal: boolean,
  localOrigins: Readonly<Record<VenueId, string>> | null,
): readonly Question[] {
  const paperOrigins = localOrigins ?? USUAL_PAPER_ORIGINS;
  return [
    { name: "accountId", ask: "Name of the first account in addresses (a-z, 0-9, -)", usual: "main" },
    {
      name: "accountName",
      ask: "Its name for people; typed to confirm dangerous commands",
      usual: "Main (paper)",
    },
    { name: "venue", ask: `Venue: ${VENUE_IDS.join(", ")}`, usual: VENUE_IDS[0] },
    { name: "profile", ask: `Risk profile: ${PROFILE_NAMES.join(", ")}`, usual: "cautious" },
    { name: "capitalUsd", ask: "Capital in USD; limits are shares of it", usual: "10000" },
    { name: "symbols", ask: "Symbols that may be traded", usual: "BTCUSDT,ETHUSDT" },
    { name: "strategyId", ask: "Name of the first strategy", usual: "main" },
    {
      name: "hookId",
      ask: "Name of the hook for TradingView (8 characters or more)",
      usual: "tradingview-main",
    },
    { name: "email", ask: "Your email: the first user, an operator", usual: null },
    {
      name: "paperVenueOrigin",
      ask: "Where paper orders go",
      usual: paperOrigins["binance-usdm"],
      usualAt: paperOrigins,
    },
    {
      name: "keysFile",
      ask: 'JSON file with the account\'s keys there, {"main": {"apiKey": "…", "secret": "…"}}',
      usual: isLocal ? "" : null,
    },
    { name: "notifierUrl", ask: "Address that takes alerts for people (empty: the page only)", usual: "" },
    { name: "budgetUsd", ask: "Budget alert, USD a month (0: none)", usual: "50" },
    {
      name: "fixedAddress",
      ask: `Fixed address to the venue, to bind keys to, about ${EGRESS_USD_A_MONTH} USD a month: yes or no`,
      usual: "no",
    },
  ];
}

/** The flag of an answer: `--capital-usd`. */
export function flagOf(name: AnswerName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Throws, naming every flag at fault. */
export function readAnswers(raw: RawAnswers): Answers {
  const parsed = answersSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]) as AnswerName;
    return `  ${flagOf(name)} ${raw[name] === undefined ? "is missing" : message}`;
  });
  throw new Error(`Setup needs other answers:\n${faults.join("\n")}`);
}
