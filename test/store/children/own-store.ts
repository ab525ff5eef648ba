// Owns the store given as the first argument until it is killed. Prints "waiting for <pid> <command>" and "open".
import { openStore } from "../../../src/store/open-store.ts";

const [file = "", migrations = "", wait] = process.argv.slice(2);
try {
  await openStore({
    file,
    durability: "process",
    migrations,
    command: "maestro child",
    wait: wait === "wait",
    onWaiting: ({ pid, command }) => console.log(`waiting for ${pid} ${command}`),
  });
  console.log("open");
  setInterval(() => {}, 60_000);
} catch (error) {
  console.log((error as { code?: string }).code ?? String(error));
}
