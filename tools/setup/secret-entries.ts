// Entries of the JSON secrets: one is added or replaced, the others stay. The text of a secret is never shown.
import type { SecretStore } from "./cloud-project.ts";

export type Entries = Readonly<Record<string, unknown>>;

/** The present entries; none where the secret does not exist. Throws without quoting the text. */
export async function entriesOf(store: SecretStore, name: string): Promise<Entries> {
  const text = await store.secretText(name);
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Entries;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Error(`${name} is not a JSON object: store it as in .env.example`);
}

export async function putEntry(store: SecretStore, name: string, key: string, value: unknown): Promise<void> {
  const entries = await entriesOf(store, name);
  await store.addSecretVersion(name, JSON.stringify({ ...entries, [key]: value }));
}
