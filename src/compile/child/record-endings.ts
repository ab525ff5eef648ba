import { callSites } from "../../define/site.ts";
import { say } from "./say.ts";
import { toSite } from "./to-site.ts";

/** Makes every way in which a module can end this process say first which one it was, and where. Returns the real exit. */
export function recordEndings(root: string): (code: number) => never {
  const hidden = process as typeof process & { reallyExit(code?: number): never };
  const { exit, abort, kill } = process;
  const end = hidden.reallyExit.bind(process);
  const tell = (how: string, below: (...args: never[]) => unknown) => {
    const site = callSites(below)
      .map((frame) => toSite(frame, root))
      .find((frame) => frame !== undefined);
    say({ is: "ending", how: `it called ${how}`, site });
  };
  process.exit = (code) => {
    tell(`process.exit(${code ?? ""})`, process.exit);
    return exit(code);
  };
  process.abort = () => {
    tell("process.abort()", process.abort);
    return abort.call(process);
  };
  process.kill = (pid, signal) => {
    // Signal 0 only asks whether a process is there.
    if (signal !== 0 && (pid === process.pid || pid === 0 || pid === -process.pid))
      tell(`process.kill(process.pid, ${JSON.stringify(signal ?? "SIGTERM")})`, process.kill);
    return kill.call(process, pid, signal);
  };
  hidden.reallyExit = (code?: number) => {
    tell(`process.reallyExit(${code ?? ""})`, hidden.reallyExit);
    return end(code);
  };
  return end;
}
