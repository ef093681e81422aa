// A new signing secret is one that the secrets' reader takes and a signature is verified by; a new token fits into an
// alert's JSON as it is. Each is made of as many bytes as its form asks for, and of nothing else.
import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { createParameterSecrets } from "#adapters/secrets/parameter-secrets.ts";
import { newSigningSecret, newToken } from "#domain/signal/new-secrets.ts";
import { standardWebhookHeaders, verifySignature } from "#domain/signal/signature.ts";

const AT_S = 1_767_323_045;

it("a signing secret is read from its parameter, and verifies what it signed", async () => {
  const secret = newSigningSecret(randomBytes);
  const hookSecrets = JSON.stringify({ "signed-main": [secret] });
  const read = createParameterSecrets({ hookSecrets, machineSecrets: null });
  const secrets = await read.hookSigningSecrets("signed-main");
  const headers = standardWebhookHeaders("id-1", AT_S, "{}", [secret]);
  const signed = {
    id: headers["webhook-id"],
    timestamp: headers["webhook-timestamp"],
    signature: headers["webhook-signature"],
  };
  expect(verifySignature(signed, Buffer.from("{}"), secrets, AT_S * 1_000)).toMatchObject({ kind: "valid" });
});

it("a token needs no escaping, has 192 bits, and differs from the next", () => {
  const token = newToken(randomBytes);
  expect(token).toMatch(/^[\w-]+$/);
  expect(Buffer.from(token, "base64url")).toHaveLength(24);
  expect(newToken(randomBytes)).not.toBe(token);
});
