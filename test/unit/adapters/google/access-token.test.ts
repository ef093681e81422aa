// The token of an instance: asked for once, by its header, renewed before it ends; a fault is told and not kept.
import { describe, expect, it } from "vitest";
import { metadataToken } from "#adapters/google/access-token.ts";
import type { HttpRequest } from "#adapters/http/http-transport.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";

function server() {
  const clock = createFakeClock();
  const requests: HttpRequest[] = [];
  const state = { status: 200 };
  const accessToken = metadataToken(async (request) => {
    requests.push(request);
    const body = JSON.stringify({
      access_token: `t${requests.length}`,
      expires_in: 3_600,
      token_type: "Bearer",
    });
    return { status: state.status, headers: {}, body };
  }, clock);
  return { clock, requests, state, accessToken };
}

describe("the token of an instance", () => {
  it("is asked for once by everybody who waits, with the header that the server wants", async () => {
    const { requests, accessToken } = server();
    expect(await Promise.all([accessToken(), accessToken()])).toEqual(["t1", "t1"]);
    expect(await accessToken()).toBe("t1");
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers).toEqual({ "metadata-flavor": "Google" });
  });

  it("is renewed before it ends", async () => {
    const { clock, accessToken } = server();
    await accessToken();
    await clock.advance(3_600_000 - 60_000);
    expect(await accessToken()).toBe("t2");
  });

  it("is asked for again after a fault", async () => {
    const { state, accessToken } = server();
    state.status = 500;
    await expect(accessToken()).rejects.toThrow("500");
    state.status = 200;
    expect(await accessToken()).toBe("t2");
  });
});
