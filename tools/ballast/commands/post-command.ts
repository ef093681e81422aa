// Posting a command over HTTPS with a machine's signature, as the commands function wants it.
import { postSigned } from "#tools/target/post-signed.ts";

export interface Machine {
  readonly name: string;
  /** `whsec_…` */
  readonly secret: string;
}

export interface PostedAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 15_000;

interface SignedContent {
  /** A repetition under the same key is the same command. */
  readonly key: string;
  readonly content: object;
}

/** One attempt. */
export async function postCommand(
  url: string,
  { name, secret }: Machine,
  { key, content }: SignedContent,
  nowMs: number,
): Promise<PostedAnswer> {
  const post = { id: key, body: JSON.stringify(content), secret, headers: { "ballast-machine": name } };
  const { status, text } = await postSigned(url, post, nowMs, TIMEOUT_MS);
  try {
    return { status, body: JSON.parse(text) as PostedAnswer["body"] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { status, body: { message: text.slice(0, 200) } };
  }
}
