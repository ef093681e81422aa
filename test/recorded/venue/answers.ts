// Answers of venues as bodies on disk: one file a call, one named answer a case. Read here only.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "binance-usdm");

interface AnswerFile {
  /** `GET /fapi/v1/time`; `any` for refusals, which every call may meet. */
  readonly call: string;
  /** Page of the venue's documentation, or where it was recorded. */
  readonly source: string;
  readonly kind: "documentation" | "recorded";
  readonly note?: string;
  readonly answers: Readonly<Record<string, unknown>>;
}

/** An answer that is more than its JSON: a status, headers, or a body that is no JSON. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const ANSWER_FILES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -".json".length));

export function answerFile(name: string): AnswerFile {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as AnswerFile;
}

/** The JSON of a named answer. */
export function answerOf(file: string, name: string): unknown {
  const { answers } = answerFile(file);
  if (!Object.hasOwn(answers, name)) throw new Error(`${file}.json has no answer ${name}`);
  return answers[name];
}

export function refusalNames(): readonly string[] {
  return Object.keys(answerFile("refusals").answers);
}

/** A named refusal as it comes over the wire. */
export function refusalOf(name: string): RawAnswer {
  const raw = answerOf("refusals", name) as {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly text?: string;
  };
  return {
    status: raw.status,
    headers: raw.headers ?? {},
    body: raw.text ?? JSON.stringify(raw.body),
  };
}
