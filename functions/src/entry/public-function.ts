// A function that strangers may call, with the front door before it wherever it is served: under Google's framework, and
// in a process of the functions emulator.
import { error as logError } from "firebase-functions/logger";
import { type HttpsFunction, type HttpsOptions, onRequest, type Request } from "firebase-functions/v2/https";
import { servedFunction } from "../config.ts";
import { overHttp, type Serve, standBeforeAll } from "./front-door.ts";
import type { AnswerHttp } from "./http-front.ts";

/** `name` is the function's in the export map, by which the platform names the one that a process serves. */
export function publicFunction(name: string, options: HttpsOptions, answerTo: AnswerHttp): HttpsFunction {
  let isReported = false;
  const serve = overHttp(answerTo, () => {
    // Signals are served all the same: without them no exit would come in.
    if (!isReported) logError(`The front door of ${name} is not in force; the framework reads bodies first`);
    isReported = true;
  });
  const served = onRequest(options, serve);
  // Through firebase-functions, which keeps the request's trace for the log.
  if (servedFunction() === name) standBeforeAll(behind(served));
  return served;
}

/** The function as a server's listener; it uses nothing that Express adds to a request. */
export function behind(served: HttpsFunction): Serve {
  return async (request, response) => {
    await served(request as Request, response as Parameters<HttpsFunction>[1]);
  };
}
