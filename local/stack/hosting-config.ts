// Hosting as a local stack serves it: production's own settings, and a page that may reach this machine's servers. What is
// deployed stays free of loopback addresses.

/** The `hosting` section of firebase.json. */
export interface HostingConfig {
  readonly headers: readonly {
    readonly source: string;
    readonly headers: readonly { readonly key: string; readonly value: string }[];
  }[];
}

const POLICY = "Content-Security-Policy";
const CONNECT = "connect-src ";
const THIS_MACHINE = "http://127.0.0.1:*";

/** Throws where there is no policy to widen. */
export function localHosting<Config extends HostingConfig>(hosting: Config): Config {
  let widened = 0;
  const headers = hosting.headers.map((rule) => ({
    ...rule,
    headers: rule.headers.map(({ key, value }) => {
      if (key !== POLICY || !value.includes(CONNECT)) return { key, value };
      widened += 1;
      return { key, value: value.replace(CONNECT, `${CONNECT}${THIS_MACHINE} `) };
    }),
  }));
  if (widened === 0) throw new Error(`firebase.json has no ${POLICY} with ${CONNECT.trim()}`);
  return { ...hosting, headers };
}
