/**
 * Receives a call and kills itself at one of its writes from then on, or when it was answered.
 *   node hooked-player.ts FILE before:N|after:N|answered
 */
import { openHooked } from "./hooked.ts";
import { killAtWrite } from "./kill-at-write.ts";

const [file, kill] = process.argv.slice(2) as [string, string];
const { counter, connect } = killAtWrite(kill);
counter.isCounting = false;
const { send } = await openHooked(file, connect);
counter.isCounting = true;
const { run } = await send();
process.stdout.write(run, () => process.kill(process.pid, "SIGKILL"));
