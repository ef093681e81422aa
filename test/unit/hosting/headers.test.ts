// The headers that Hosting sends with the page: only its own code runs, only Firebase is reached, framing is
// refused, and only files whose name changes with their content are cached.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { localHosting } from "#local/stack/hosting-config.ts";

interface HostingConfig {
  readonly ignore: readonly string[];
  readonly rewrites: readonly unknown[];
  readonly headers: readonly {
    readonly source: string;
    readonly headers: readonly { readonly key: string; readonly value: string }[];
  }[];
}

const { hosting } = JSON.parse(readFileSync(new URL("../../../firebase.json", import.meta.url), "utf8")) as {
  hosting: HostingConfig;
};
const sentBy = (config: Pick<HostingConfig, "headers">, source: string): Record<string, string> =>
  Object.fromEntries(
    config.headers.find((one) => one.source === source)?.headers.map(({ key, value }) => [key, value]) ?? [],
  );
const sent = (source: string): Record<string, string> => sentBy(hosting, source);
const policyOf = (config: Pick<HostingConfig, "headers">) =>
  new Map(
    (sentBy(config, "**")["Content-Security-Policy"] ?? "").split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources] as const;
    }),
  );
const policy = policyOf(hosting);

describe("the content security policy", () => {
  it("allows its own files only, and no inline code, framing, forms or script sinks", () => {
    expect(Object.fromEntries([...policy].map(([name, sources]) => [name, sources.join(" ")]))).toMatchObject(
      {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
      },
    );
  });

  it("reaches its own site and Firebase, and no machine of its reader", () => {
    expect(policy.get("connect-src")?.toSorted()).toEqual([
      "'self'",
      "https://firestore.googleapis.com",
      "https://identitytoolkit.googleapis.com",
      "https://securetoken.googleapis.com",
    ]);
    expect(JSON.stringify(hosting)).not.toMatch(/127\.0\.0\.1|localhost|\[::1\]/);
  });

  it("of a local stack also reaches this machine, and is otherwise the same", () => {
    const local = policyOf(localHosting(hosting));
    expect(local.get("connect-src")?.toSorted()).toEqual(
      [...(policy.get("connect-src") ?? []), "http://127.0.0.1:*"].toSorted(),
    );
    for (const [name, sources] of policy)
      if (name !== "connect-src") expect(local.get(name)).toEqual(sources);
    expect(() => localHosting({ headers: [] })).toThrow("has no Content-Security-Policy");
  });
});

describe("the other headers", () => {
  it("fix the content type, the referrer, the opener and the transport", () => {
    expect(sent("**")).toMatchObject({
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Opener-Policy": "same-origin",
      "X-Frame-Options": "DENY",
    });
    expect(sent("**")["Strict-Transport-Security"]).toMatch(/^max-age=63072000/);
  });

  it("cache for good what is named by its content, and nothing else", () => {
    expect(sent("**")["Cache-Control"]).toBe("no-cache");
    expect(sent("/assets/**")["Cache-Control"]).toBe("public, max-age=31536000, immutable");
  });

  it("keep the local stack's settings out of a deploy, and send hooks and commands to their functions", () => {
    expect(hosting.ignore).toContain("local.json");
    expect(hosting.rewrites).toContainEqual({
      source: "/hooks/**",
      function: expect.objectContaining({ functionId: "webhook" }),
    });
    for (const source of ["/commands", "/commands/**"]) {
      expect(hosting.rewrites).toContainEqual({
        source,
        function: expect.objectContaining({ functionId: "commands" }),
      });
    }
  });
});
