// Google's two services that hold keys, as far as they are documented: an HTTP server that answers like Secret Manager's
// `versions:access` and like Cloud KMS's `encrypt` and `decrypt`. It really encrypts, and holds to the additional data.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { AccessToken } from "#adapters/google/access-token.ts";
import { createGoogleRest, type GoogleRest } from "#adapters/google/google-rest.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";
import { SECRET_CALL_MS } from "#adapters/secrets/secret-call.ts";
import { createSystemClock } from "#adapters/system/clock.ts";

export const KMS_KEY =
  "projects/some-project/locations/asia-northeast1/keyRings/ballast/cryptoKeys/venue-keys";

export interface Google {
  readonly origin: string;
  /** Text of each secret's newest version. */
  readonly secrets: Map<string, { version: number; text: string; state: "ENABLED" | "DISABLED" }>;
  /** Answers everything with it, while it is set. */
  fault: { status: number; body: string } | null;
  readonly requests: { readonly url: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/** The way to it, as to Google itself. */
export function restOf({ origin }: Google, accessToken: AccessToken): GoogleRest {
  const transport = createNodeTransport(SECRET_CALL_MS);
  return createGoogleRest({
    origin,
    transport,
    accessToken,
    clock: createSystemClock(),
    random: Math.random,
  });
}

type Answer = readonly [status: number, body: object | string];

export async function startGoogle(): Promise<Google> {
  const kmsKey = randomBytes(32);
  const google: Omit<Google, "origin" | "close"> = { secrets: new Map(), fault: null, requests: [] };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      google.requests.push({ url: request.url ?? "", authorization: request.headers.authorization });
      const [status, answer] = answerTo(google, kmsKey, request.url ?? "", body);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(google, {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

function answerTo(
  { fault, secrets }: Omit<Google, "origin" | "close">,
  kmsKey: Uint8Array,
  url: string,
  body: string,
): Answer {
  if (fault !== null) return [fault.status, fault.body];
  const secret = /^\/v1\/projects\/some-project\/secrets\/([^/]+)\/versions\/latest:access$/.exec(url)?.[1];
  if (secret !== undefined) return accessed(secret, secrets);
  if (url === `/v1/${KMS_KEY}:encrypt`) return encrypted(kmsKey, JSON.parse(body) as Fields);
  if (url === `/v1/${KMS_KEY}:decrypt`) return decrypted(kmsKey, JSON.parse(body) as Fields);
  return refusal(404, "NOT_FOUND", `${url} was not found`);
}

type Fields = Readonly<Record<string, string>>;

function accessed(secret: string, secrets: Google["secrets"]): Answer {
  const stored = secrets.get(secret);
  if (stored === undefined)
    return refusal(404, "NOT_FOUND", `Secret [${secret}] not found or has no versions.`);
  if (stored.state === "DISABLED")
    return refusal(400, "FAILED_PRECONDITION", `Secret Version [${secret}] is in DISABLED state.`);
  const name = `projects/123456789/secrets/${secret}/versions/${stored.version}`;
  return [200, { name, payload: { data: Buffer.from(stored.text).toString("base64"), dataCrc32c: "1" } }];
}

function encrypted(kmsKey: Uint8Array, { plaintext = "", additionalAuthenticatedData = "" }: Fields): Answer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", kmsKey, nonce);
  cipher.setAAD(Buffer.from(additionalAuthenticatedData, "base64"));
  const bytes = [nonce, cipher.update(Buffer.from(plaintext, "base64")), cipher.final(), cipher.getAuthTag()];
  return [
    200,
    { name: `${KMS_KEY}/cryptoKeyVersions/1`, ciphertext: Buffer.concat(bytes).toString("base64") },
  ];
}

function decrypted(
  kmsKey: Uint8Array,
  { ciphertext = "", additionalAuthenticatedData = "" }: Fields,
): Answer {
  const bytes = Buffer.from(ciphertext, "base64");
  try {
    const cipher = createDecipheriv("aes-256-gcm", kmsKey, bytes.subarray(0, 12));
    cipher.setAAD(Buffer.from(additionalAuthenticatedData, "base64"));
    cipher.setAuthTag(bytes.subarray(-16));
    const plaintext = Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]);
    return [200, { plaintext: plaintext.toString("base64"), usedPrimary: true }];
  } catch {
    return refusal(400, "INVALID_ARGUMENT", `Decryption failed: ${ciphertext} is invalid.`);
  }
}

function refusal(code: number, status: string, message: string): Answer {
  return [code, { error: { code, message, status } }];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
