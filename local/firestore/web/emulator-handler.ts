// The calls of Google's emulator that test libraries make: upload rules of a project, delete all documents of a
// database, and say where emulators are. They carry no credential, so they take the word of everybody who reaches the port.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Authorizer, RpcError } from "../backend.ts";
import { compileRules } from "../rules/authorizer.ts";
import { RulesSyntaxError } from "../rules/rules-syntax-error.ts";
import { readBody } from "./request-body.ts";
import { answer } from "./rest-handler.ts";
import { asRpcError, errorJson, INVALID_ARGUMENT } from "./rpc-status.ts";

const CLEAR_PATH = /^\/emulator\/v1\/(projects\/[^/]+\/databases\/[^/]+)\/documents\/?$/;
const RULES_PATH = /^\/emulator\/v1\/projects\/([^/:]+):securityRules$/;
const DISCOVERY_PATH = "/emulators";

export interface EmulatorCalls {
  /** Deletes every document of `projects/{p}/databases/{d}`. */
  readonly clear: (database: string) => Promise<void> | void;
  /** Puts rules in force for one project, until the server ends. */
  readonly setRules: (projectId: string, authorizer: Authorizer) => void;
}

/** The answer to the call, or undefined when the request is none of them. */
export function emulatorCall(
  req: IncomingMessage,
  { pathname }: URL,
  calls: EmulatorCalls,
): (() => Promise<unknown>) | undefined {
  const cleared = CLEAR_PATH.exec(pathname)?.[1];
  if (cleared !== undefined && req.method === "DELETE")
    return async () => {
      await calls.clear(decodeURIComponent(cleared));
      return {};
    };
  const ruled = RULES_PATH.exec(pathname)?.[1];
  if (ruled !== undefined && req.method === "PUT")
    return async () => {
      calls.setRules(decodeURIComponent(ruled), compiled(await readBody(req)));
      return {};
    };
  if (pathname === DISCOVERY_PATH && req.method === "GET") {
    const { localAddress: host, localPort: port } = req.socket;
    return async () => ({ firestore: { name: "firestore", host, port, listen: [{ address: host, port }] } });
  }
  return undefined;
}

/** Answers the call, or says why it failed: rules that do not load are named with line and column. */
export async function handleEmulatorCall(res: ServerResponse, call: () => Promise<unknown>): Promise<void> {
  try {
    answer(res, 200, await call());
  } catch (error) {
    const json = errorJson(asRpcError(error));
    answer(res, json.error.code, json);
  }
}

interface RulesUpload {
  readonly rules?: { readonly files?: readonly { readonly name?: string; readonly content?: unknown }[] };
}

function compiled(body: string): Authorizer {
  const files = (parsed(body) as RulesUpload | null)?.rules?.files ?? [];
  const [file] = files;
  if (file === undefined || files.length > 1 || typeof file.content !== "string")
    throw new RpcError(INVALID_ARGUMENT, "rules are uploaded as {rules: {files: [{content}]}}, one file");
  try {
    return compileRules(file.content, file.name);
  } catch (error) {
    if (!(error instanceof RulesSyntaxError)) throw error;
    throw new RpcError(INVALID_ARGUMENT, error.message, { cause: error });
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new RpcError(INVALID_ARGUMENT, "the body is not JSON", { cause: error });
  }
}
