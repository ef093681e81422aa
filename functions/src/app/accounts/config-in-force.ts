// Which config decides. Keeps true that only a whole document of the version that the control document names does: a
// current one that is broken, or was put there by other means than a command, is passed over for the version's own
// document, with an alert; when that is no better, a config that permits nothing stands in.

import { decode, decodeRequired, UnusableDocumentError } from "#app/documents";
import { type AlertDeps, raiseAlert } from "#app/telling";
import { type AccountConfig, closedConfig, NO_CONFIG_VERSION } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentPort, DocumentSnapshot } from "#ports/documents.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { accountConfigSchema } from "#schemas/config.ts";

export interface ConfigInForce {
  readonly config: AccountConfig;
  /** Why `config/current` is not it; null when it is. */
  readonly fault: string | null;
}

/** `current` is the account's `config/current` as it was read. A second round trip only when it is at fault. */
export async function configInForce(
  documents: DocumentPort,
  control: ControlState,
  current: DocumentSnapshot,
): Promise<ConfigInForce> {
  const { accountId, configVersion } = control;
  const tried = tryConfig(current, configVersion);
  if (typeof tried !== "string") return { config: tried, fault: null };
  const [kept] = await documents.getAll([paths.configVersion(accountId, configVersion)]);
  if (kept === undefined) throw new Error("The store answered without the config's version");
  const config = tryConfig(kept, configVersion);
  if (typeof config !== "string") return { config, fault: tried };
  return { config: closedConfig(control.updatedAtMs), fault: `${tried} ${config}` };
}

/** For readers that do not have the control document: asks for it only when `config/current` cannot be read. */
export async function readableConfig(
  documents: DocumentPort,
  accountId: string,
  current: DocumentSnapshot,
): Promise<AccountConfig> {
  const tried = tryConfig(current, null);
  if (typeof tried !== "string") return tried;
  const [control] = await documents.getAll([paths.control(accountId)]);
  if (control === undefined) throw new Error("The store answered without the control document");
  const { config } = await configInForce(documents, decodeRequired(controlStateSchema, control), current);
  if (config.version === NO_CONFIG_VERSION) throw new UnusableDocumentError(current.path, tried);
  return config;
}

/** Once for every version in force and what is wrong with the current document. */
export async function reportConfigFault(
  deps: AlertDeps,
  control: ControlState,
  config: AccountConfig,
  fault: string,
): Promise<void> {
  const { accountId, configVersion } = control;
  const closed = config.version === NO_CONFIG_VERSION;
  await raiseAlert(deps, {
    accountId,
    severity: "critical",
    code: closed ? "CONFIG_UNUSABLE" : "CONFIG_IGNORED",
    message: closed
      ? `No valid config of version ${configVersion} exists; entries are refused. ${fault}`
      : `config/current was ignored, version ${configVersion} stays in force. ${fault}`,
    remedy: "Activate a config with set_config; do not edit the documents by hand",
    dedupeKey: `${configVersion}/${closed ? "closed" : "ignored"}`,
  });
}

/** The config, or why it is none. */
function tryConfig(snapshot: DocumentSnapshot, version: number | null): AccountConfig | string {
  try {
    const config = decode(accountConfigSchema, snapshot);
    if (config === null) return `${snapshot.path} does not exist.`;
    if (version === null || config.version === version) return config;
    return `${snapshot.path} has version ${config.version}, and control/state names ${version}.`;
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return `${error.message}.`;
  }
}
