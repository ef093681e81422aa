// The answers to a sender: a status, a code for machines, words for people, and what to do. Holds no secrets and, before
// a sender has proved itself, nothing that tells an existing hook from one that is not there.
import type { ReceiptStatus } from "#domain/documents/signal.ts";

export interface AnswerBody {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  readonly receiptId?: string;
  /** Where the receipt stands. */
  readonly status?: ReceiptStatus;
  readonly duplicate?: true;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AnswerBody;
}

export function answer(
  status: number,
  body: AnswerBody,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers, body };
}

export function accepted(receiptId: string): Answer {
  const message = "Stored; the decision follows on the receipt";
  return answer(202, { code: "ACCEPTED", message, receiptId, status: "RECEIVED" });
}

export function duplicate(receiptId: string, status: ReceiptStatus | null): Answer {
  return answer(200, {
    code: "DUPLICATE",
    message: "This signal was received before; it takes effect once",
    receiptId,
    duplicate: true,
    ...(status === null ? {} : { status }),
  });
}

/** The same for an unknown hook, a missing and a wrong proof. */
export function unauthorized(): Answer {
  return answer(401, {
    code: "UNAUTHORIZED",
    message: "No hook accepts this request with this token or signature",
    remedy:
      "Check the hook's address and its token (the body's field token), or the Standard Webhooks headers and secret",
  });
}

export function outsideWindow(): Answer {
  return answer(401, {
    code: "SIGNATURE_OUTSIDE_WINDOW",
    message: "webhook-timestamp is more than five minutes from the time here",
    remedy: "Set the sender's clock, and sign every attempt anew under the same webhook-id",
  });
}

export function hookDisabled(): Answer {
  return answer(403, {
    code: "HOOK_DISABLED",
    message: "This hook is switched off",
    remedy: "Enable the hook, or stop the alert at its sender",
  });
}

export function sourceNotAllowed(): Answer {
  return answer(403, {
    code: "SOURCE_NOT_ALLOWED",
    message: "This address may not call this hook",
    remedy:
      "Call the function's own address directly, and list the sender's address in the hook's sourceAddresses",
  });
}

export function rateLimited(retryAfterMs: number): Answer {
  return answer(
    429,
    {
      code: "RATE_LIMITED",
      message: "Too many requests; this one was not stored",
      remedy: "Send it again after the time in Retry-After, or raise the hook's maxRequestsPerMinute",
    },
    { "Retry-After": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) },
  );
}

/** An instance of the later release takes it when it is sent again. */
export function releaseNeeded(): Answer {
  return answer(503, {
    code: "RELEASE_NEEDED",
    message: "The hook belongs to a later release; nothing was stored",
    remedy: "Send it again; the operator finishes the rollout",
  });
}

export function storeUnavailable(): Answer {
  return answer(503, {
    code: "STORE_UNAVAILABLE",
    message: "The signal could not be stored",
    remedy: "Send it again; should it have been stored after all, the repetition is recognised",
  });
}
