// Seals a pair of venue keys and stores the envelope, and says which form of keys the deployment reads: its own setting
// decides that for all its accounts, so a second form that is stored beside is never in force.
import { seal } from "#adapters/secrets/envelope.ts";
import { paths } from "#domain/documents/paths.ts";
import type { KeyWrapping } from "#ports/key-wrapping.ts";
import type { VenueKeys } from "#ports/secrets.ts";
import type { KeyForm } from "#tools/setup/cloud-project.ts";
import type { OperatorParts } from "#tools/target/parts.ts";

export interface Sealing {
  readonly accountId: string;
  /** The form that the deployment reads; null: nothing is deployed yet. */
  readonly form: KeyForm | null;
  /** The key that the operator named; null: the deployment's own. */
  readonly kmsKey: string | null;
  readonly wrappingOf: (form: Exclude<KeyForm, { kind: "plain" }>) => KeyWrapping;
}

type Parts = Pick<OperatorParts, "documents" | "clock" | "say" | "writes"> & {
  readonly target: { readonly environment: string };
};

/** The key to seal with. Throws where it is none, or another than the one that the deployment opens envelopes with. */
export function sealingForm({ form, kmsKey }: Pick<Sealing, "form" | "kmsKey">) {
  if (form?.kind === "localKey") {
    if (kmsKey !== null) throw new Error("The local stack seals with its own key: leave --kms-key out");
    return form;
  }
  if (form?.kind === "kms") {
    if (kmsKey === null || kmsKey === form.keyName) return form;
    throw new Error(
      `The deployment opens envelopes with ${form.keyName} (BALLAST_KMS_KEY): one of ${kmsKey} would never open there`,
    );
  }
  if (kmsKey !== null) return { kind: "kms", keyName: kmsKey } as const;
  throw new Error(
    "The deployment reads plain keys. To change over: name the key of Cloud KMS with --kms-key, seal the keys of every account, then deploy with BALLAST_KMS_KEY (docs/runbooks/rotate-api-keys.md). On the local stack: npm start -- --sealed",
  );
}

export async function sealKeys(parts: Parts, pair: VenueKeys, sealing: Sealing): Promise<void> {
  const { accountId, form } = sealing;
  const chosen = sealingForm(sealing);
  const path = paths.sealedKeys(accountId);
  if (!parts.writes) {
    parts.say(`Would seal the keys of ${accountId} and store the envelope as ${path}`);
    return;
  }
  const place = { environment: parts.target.environment, accountId };
  const text = JSON.stringify({ apiKey: pair.apiKey, secret: pair.secret });
  const envelope = await seal(sealing.wrappingOf(chosen), place, text, parts.clock.nowMs());
  await parts.documents.commit([{ op: "set", path, data: { ...envelope } }]);
  parts.say(`The keys of ${accountId} are sealed, wrapped by ${envelope.wrappedBy}`);
  parts.say(
    form?.kind === chosen.kind
      ? "Sealed keys count here: in force within five minutes, and at once when the venue refuses the old pair"
      : "Plain keys count until functions are deployed with BALLAST_KMS_KEY; seal those of every account first",
  );
}
