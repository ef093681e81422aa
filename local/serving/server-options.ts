// The options that local servers share: one word for one thing, whichever server is started.
import { flag, type Option, text, wholeNumber } from "./command-line.ts";

const LOOPBACK = "127.0.0.1";
const LARGEST_PORT = 65_535;

/** A server's usual port, and the variable that names another. */
interface UsualPort {
  readonly env: string;
  readonly port: number;
}

/** Where to listen, and when to end. */
export function serverOptions({ env, port }: UsualPort) {
  return {
    host: text("ADDRESS", { help: "address to listen on", standard: LOOPBACK }),
    port: wholeNumber([0, LARGEST_PORT], {
      help: "port to listen on; 0 picks a free one",
      variable: env,
      standard: port,
    }),
    "exit-with-parent": flag("end when the process that started this one is gone"),
  };
}

/** Where a server keeps its state. */
export function dataOption(keeps: string, variable?: string): Option<string | undefined> {
  const help = `directory that keeps ${keeps}; without it they are gone at the end`;
  return text("DIR", { help, standard: undefined, ...(variable === undefined ? {} : { variable }) });
}
