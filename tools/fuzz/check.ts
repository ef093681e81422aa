// Checks that hold for every request. Each fault is a sentence; an empty list means that all checks passed.
import type { DocumentWrite } from "#ports/documents.ts";
import { MADE_UP_SECRET } from "./alerts.ts";
import { SECRETS } from "./hooks.ts";
import type { Proof } from "./proof.ts";
import type { Observation } from "./receiver.ts";
import type { FuzzInput } from "./requests.ts";

/** An answer is a short JSON text: a sender's own body must not come back at length. */
const MAX_ANSWER_CHARACTERS = 20_000;
const STATUSES = new Set([200, 202, 400, 401, 403, 404, 405, 409, 413, 422, 429]);

export function faultsOf(input: FuzzInput, proof: Proof, seen: Observation): readonly string[] {
  const faults = [...answerFaults(seen), ...storeFaults(proof, seen), ...secretFaults(input, seen)];
  if (input.owed && ![200, 202, 429].includes(seen.status))
    faults.push(`a right proof with a good alert got ${seen.status}: ${seen.answer}`);
  if (input.owed && !proof.proved) faults.push("the fuzzer's two halves disagree on whether this is proved");
  return faults;
}

function answerFaults({ status, answer, contentType, thrown }: Observation): readonly string[] {
  const faults = thrown.map((error) => `thrown: ${error instanceof Error ? error.stack : String(error)}`);
  if (!STATUSES.has(status)) faults.push(`answered with ${status}: ${answer}`);
  if (contentType !== "application/json; charset=utf-8") faults.push(`answered as "${contentType}"`);
  if (!/\\"code\\":\\"[A-Z_]+\\"/.test(answer)) faults.push(`the answer has no code: ${answer}`);
  if (answer.length > MAX_ANSWER_CHARACTERS) faults.push(`the answer has ${answer.length} characters`);
  return faults;
}

/** The stored documents are those that the status states, and each of them has a proof. */
function storeFaults(proof: Proof, seen: Observation): readonly string[] {
  const all = seen.stored.map(kindOf);
  // An alert that people are told of brings its message along; nothing else does.
  const kinds = all
    .filter((kind) => kind !== "outbox")
    .sort()
    .join(" ");
  if (all.includes("outbox") && !all.includes("alerts")) return ["stored a message without its alert"];
  return proof.proved ? provedFaults(seen, kinds) : unprovedFaults(proof, seen, kinds);
}

function unprovedFaults(proof: Proof, { status, published }: Observation, kinds: string): readonly string[] {
  const mayAlert = proof.foreign && status === 403;
  const faults = published > 0 ? ["an intent was published without a proof"] : [];
  if (status === 200 || status === 202) faults.push(`accepted with ${status} without a proof`);
  if (kinds !== "" && !(mayAlert && kinds === "alerts")) faults.push(`stored without a proof: ${kinds}`);
  return faults;
}

function provedFaults(seen: Observation, kinds: string): readonly string[] {
  const { status, stored, published } = seen;
  const allowed = ALLOWED[status];
  if (allowed === undefined) return [];
  const faults = allowed.stored.includes(kinds) ? [] : [`${status} stored "${kinds}"`];
  if (!allowed.published.includes(published)) faults.push(`${status} published ${published} intents`);
  if (allowed.receipt && seen.receiptId === null) faults.push(`${status} names no receipt`);
  const receipt = stored.find((write) => kindOf(write) === "receipts");
  if (receipt !== undefined && !receipt.path.endsWith(`/receipts/${seen.receiptId}`))
    faults.push(`the answer names ${seen.receiptId}, stored is ${receipt.path}`);
  if (kinds.startsWith("alerts") && status === 202 && isEntry(receipt))
    faults.push("an entry was taken although something about it had to be told");
  return faults;
}

function isEntry(receipt: DocumentWrite | undefined): boolean {
  if (receipt === undefined || receipt.op !== "create") return false;
  return (receipt.data.intent as { readonly action?: string } | null)?.action === "open";
}

interface Allowed {
  /** Kinds of documents, sorted; a repeated request stores nothing. */
  readonly stored: readonly string[];
  readonly published: readonly number[];
  readonly receipt: boolean;
}

const ALLOWED: Readonly<Record<number, Allowed>> = {
  // A duplicate is published again while its signal is undecided.
  200: { stored: [""], published: [0, 1], receipt: true },
  // An exit may be told of: for what was not read, for its id, or for both.
  202: {
    stored: ["receipts", "alerts receipts", "alerts alerts receipts"],
    published: [1],
    receipt: true,
  },
  400: { stored: ["", "alerts quarantine receipts"], published: [0], receipt: true },
  // An entry under the id of another alert.
  409: { stored: ["", "alerts receipts"], published: [0], receipt: true },
  422: { stored: ["", "receipts", "alerts receipts"], published: [0], receipt: true },
  429: { stored: ["", "alerts"], published: [0], receipt: false },
};

function kindOf({ path }: DocumentWrite): string {
  const segments = path.split("/");
  return segments.at(-2) ?? path;
}

const ANY_SECRET = new RegExp(SECRETS.map((secret) => secret.replace(/[^\w]/g, "\\$&")).join("|"));

function secretFaults(input: FuzzInput, { stored, logged, answer }: Observation): readonly string[] {
  const all = `${stored.length > 0 ? JSON.stringify(stored) : ""}\n${logged.join("\n")}\n${answer}`;
  const held = ANY_SECRET.exec(all)?.[0];
  const faults = held === undefined ? [] : [`the secret ${held} is kept: ${all}`];
  if (input.secretsNamed && all.includes(MADE_UP_SECRET)) faults.push(`a secret of the body is kept: ${all}`);
  return faults;
}
