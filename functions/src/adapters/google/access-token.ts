// The token of the service account that an instance runs as, from Google's metadata server. Kept until shortly
// before it ends; callers that wait at the same time share one request. Must not log a token.
import { z } from "zod";
import type { HttpTransport } from "#adapters/http/http-transport.ts";
import type { Clock } from "#ports/clock.ts";

/** Answers at this address only inside Google Cloud; the header keeps a forwarded request from reading a token. */
const TOKEN_URL =
  "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";
/** The server gives a new token in the last five minutes of the old one; a call may take a quarter of a minute. */
const RENEWED_AHEAD_MS = 120_000;

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Rejects with an Error that names the cause. */
export type AccessToken = () => Promise<string>;

/** Under an emulator everybody is the owner: this is the word that Google's own emulators take for it. */
export const emulatorOwner: AccessToken = async () => "owner";

export function metadataToken(transport: HttpTransport, clock: Clock): AccessToken {
  let kept: { readonly token: string; readonly untilMs: number } | null = null;
  let asked: Promise<string> | null = null;
  const ask = async (): Promise<string> => {
    const headers = { "metadata-flavor": "Google" };
    const { status, body } = await transport({ method: "GET", url: TOKEN_URL, headers, body: null });
    if (status !== 200) throw new Error(`The metadata server answered ${status} instead of a token`);
    const { access_token: token, expires_in: seconds } = tokenAnswer.parse(JSON.parse(body));
    kept = { token, untilMs: clock.nowMs() + seconds * 1_000 - RENEWED_AHEAD_MS };
    return kept.token;
  };
  return async () => {
    if (kept !== null && clock.nowMs() < kept.untilMs) return kept.token;
    asked ??= ask().finally(() => {
      asked = null;
    });
    return await asked;
  };
}
