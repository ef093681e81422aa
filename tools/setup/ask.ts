// Asks a person for the answers that neither a flag nor an earlier run gave. Without a terminal the usual answer
// stands, and an answer without one is asked for by its flag.
import { cancel, confirm, isCancel, text } from "@clack/prompts";
import {
  type AnswerName,
  answersSchema,
  flagOf,
  type Question,
  type RawAnswers,
  usualAnswer,
} from "./answers.ts";

class CancelledError extends Error {
  override readonly name = "CancelledError";
}

export async function completed(
  questions: readonly Question[],
  given: RawAnswers,
  isAsked: boolean,
): Promise<RawAnswers> {
  const answers: Partial<Record<AnswerName, string>> = { ...given };
  for (const question of questions) {
    const { name, ask } = question;
    if (answers[name] !== undefined) continue;
    const usual = usualAnswer(question, answers);
    const answer = isAsked ? await askedFor(name, ask, usual) : usual;
    if (answer === null) throw new Error(`Setup needs an answer: ${flagOf(name)} (${ask})`);
    answers[name] = answer;
  }
  return answers;
}

async function askedFor(name: AnswerName, ask: string, usual: string | null): Promise<string> {
  const answer = await text({
    message: ask,
    ...(usual === null || usual === "" ? {} : { placeholder: usual, defaultValue: usual }),
    validate: (value) => faultOf(name, value === undefined || value === "" ? (usual ?? "") : value),
  });
  return taken(answer) ?? "";
}

function faultOf(name: AnswerName, value: string): string | undefined {
  const parsed = answersSchema.shape[name].safeParse(value);
  return parsed.success ? undefined : parsed.error.issues.map(({ message }) => message).join("; ");
}

export async function confirmed(message: string): Promise<boolean> {
  return taken(await confirm({ message, initialValue: false }));
}

function taken<T>(answer: T): Exclude<T, symbol> {
  if (!isCancel(answer)) return answer as Exclude<T, symbol>;
  cancel("Nothing more is done; run setup again to go on");
  throw new CancelledError("Cancelled");
}
