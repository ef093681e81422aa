// A taken port is reported before anything starts: which port, whose it would be, and which variable moves it.
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { LOCAL_HOST } from "#local/ports.ts";
import { PortsTakenError, requireFreePorts } from "#local/stack/free-ports.ts";
import { freePorts } from "#test/support/stack.ts";

let server: Server | undefined;
afterEach(() => new Promise((closed) => (server === undefined ? closed(null) : server.close(closed))));

describe("the ports of the stack", () => {
  it("are accepted when they are free", async () => {
    await expect(requireFreePorts(await freePorts())).resolves.toBeUndefined();
  });

  it("that are taken are named with their part and variable", async () => {
    const ports = await freePorts();
    const taken = createServer();
    server = taken;
    await new Promise<void>((listening) => taken.listen(ports.exchange, LOCAL_HOST, listening));
    const starting = requireFreePorts(ports);
    await expect(starting).rejects.toThrow(PortsTakenError);
    await expect(starting).rejects.toThrow(`port ${ports.exchange} (Exchange) is taken`);
    await expect(starting).rejects.toThrow("BALLAST_EXCHANGE_PORT=");
  });

  it("cannot be meant for two parts at once", async () => {
    const ports = await freePorts();
    const starting = requireFreePorts({ ...ports, auth: ports.hosting });
    await expect(starting).rejects.toThrow(
      `port ${ports.hosting} is meant for two parts, Dashboard and Auth emulator`,
    );
  });
});
