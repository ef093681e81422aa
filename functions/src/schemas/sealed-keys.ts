// Venue keys of an account as a sealed envelope.
import { z } from "zod";
import type { SealedKeys } from "#domain/documents/sealed-keys.ts";
import { accountId, epochMs } from "./primitives.ts";

const bytes = z.base64().min(1);

export const sealedKeysSchema: z.ZodType<SealedKeys> = z.object({
  accountId,
  cipher: z.literal("aes-256-gcm"),
  nonce: bytes,
  ciphertext: bytes,
  wrappedKey: bytes,
  wrappedBy: z.string().min(1),
  sealedAtMs: epochMs,
});
