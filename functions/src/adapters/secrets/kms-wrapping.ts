// Wraps data keys with a key of Cloud KMS, which never leaves it: reading the database alone opens no envelope, and each
// opening stands in Google's audit log.
import { z } from "zod";
import type { GoogleRest } from "#adapters/google/google-rest.ts";
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import { MissingSecretError, SecretsUnavailableError } from "#ports/secrets.ts";
import { callForSecret, SecretCallError } from "./secret-call.ts";

export interface KmsOptions {
  /** `projects/…/locations/…/keyRings/…/cryptoKeys/…` */
  readonly keyName: string;
  readonly rest: GoogleRest;
}

export function createKmsWrapping({ keyName, rest }: KmsOptions): KeyWrapping {
  const call = async (verb: "encrypt" | "decrypt", field: string, body: object): Promise<Uint8Array> => {
    const answer = z
      .object({ [field]: z.base64() })
      .safeParse(await asked(rest, keyName, { path: `/v1/${keyName}:${verb}`, body }));
    const value = answer.success ? answer.data[field] : undefined;
    if (value === undefined) throw new SecretsUnavailableError(`Cloud KMS's answer to ${verb} is odd`);
    return Buffer.from(value, "base64");
  };
  return {
    name: keyName,
    wrap: (dataKey, boundTo) =>
      call("encrypt", "ciphertext", {
        plaintext: base64(dataKey),
        additionalAuthenticatedData: base64(boundTo),
      }),
    unwrap: (wrapped, boundTo) =>
      call("decrypt", "plaintext", {
        ciphertext: base64(wrapped),
        additionalAuthenticatedData: base64(boundTo),
      }),
  };
}

async function asked(
  rest: GoogleRest,
  keyName: string,
  call: { readonly path: string; readonly body: object },
): Promise<unknown> {
  try {
    return await callForSecret(rest, { method: "POST", ...call });
  } catch (error) {
    if (!(error instanceof SecretCallError)) throw error;
    // Not of this key or not for this account; the key is gone or disabled. Asking again changes nothing.
    if (error.status === 400 || error.status === 404)
      throw new MissingSecretError(`Cloud KMS does not unwrap with ${keyName} (${error.message})`, {
        cause: error,
      });
    const remedy = error.status === 403 ? ": give the trader's service account the key's decrypter role" : "";
    throw new SecretsUnavailableError(`Cloud KMS could not be asked (${error.message})${remedy}`, {
      cause: error,
    });
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
