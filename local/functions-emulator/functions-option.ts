// The option that names the functions emulator, for the servers that call functions.
import type { Option } from "@ballast/local-serving/command-line.ts";
import { LOCAL_HOST, LOCAL_PORTS } from "#local/ports.ts";

/** The word for "there is none": nothing is called. */
const NONE = "none";

type Environment = Readonly<Record<string, string | undefined>>;

/** `host:port`, from the option or from the variable that moves the emulator's port. */
export function functionsOption(env: Environment): Option<string> {
  const { env: variable, port } = LOCAL_PORTS.functions;
  return {
    help: `where the functions emulator is; its port also from ${variable}`,
    placeholder: "HOST:PORT",
    standard: `${LOCAL_HOST}:${env[variable] ?? port}`,
    read: (given) => {
      if (URL.canParse(`http://${given}`) && given.includes(":")) return given;
      throw new RangeError("is not of the form HOST:PORT");
    },
  };
}

/** The same for a server that also works without the emulator. */
export function optionalFunctionsOption(env: Environment): Option<string> {
  const option = functionsOption(env);
  return {
    ...option,
    help: `${option.help}; ${NONE} calls no function`,
    read: (given) => (given === NONE ? NONE : option.read(given)),
  };
}

/** Origin of the functions emulator; undefined when there is none. */
export function functionsOrigin(value: string): string | undefined {
  return value === NONE ? undefined : `http://${value}`;
}
