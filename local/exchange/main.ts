// Entry of the exchange process: node local/exchange/main.ts [--port N] [--data DIR] [--seed N]
// [--klines DIR] [--clock real|manual]. Prints one line when ready; SIGTERM and SIGINT stop it cleanly.
import { readCli } from "./cli.ts";
import { startProcess } from "./process.ts";

async function main(): Promise<void> {
  const options = readCli(process.argv.slice(2));
  const running = await startProcess(options, (message) => console.error(`exchange: ${message}`));
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error("exchange: could not stop cleanly", error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  console.log(`exchange ready on 127.0.0.1:${running.server.port}`);
}

main().catch((error: unknown) => {
  console.error(`exchange: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
