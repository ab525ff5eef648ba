import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const TELL_HEAP = fileURLToPath(new URL("../../src/cli/tell-heap.ts", import.meta.url));
const PROCESSES = 200;
const AT_ONCE = 4;
/** An ordinary one takes less than half a second. */
const STUCK_MS = 30_000;

/** Fills the heap, and ends at some moment at which functions are being compiled. */
const programOf = (flag: string) => `
  const { tellHeap } = await import(${JSON.stringify(TELL_HEAP)});
  tellHeap(${JSON.stringify(flag)});
  const busy = Array.from({ length: 400 }, (_, k) => new Function("most",
    "let s = 0; for (let i = 0; i < most; i++) { s += Math.sin(i) * " + k + "; if (i % 7 === 0) s %= 1000; const o = { i, s, t: [i, s] }; s += o.t[1]; } return s;"));
  const kept = [];
  const end = performance.now() + 150 + Math.random() * 250;
  for (let i = 0; performance.now() < end; i++) {
    busy[i % 400](300);
    kept.push(new Array(200).fill(i));
    if (kept.length > 20_000) kept.length = 10_000;
  }
  process.exit(0);
`;

test.each(["--no-incremental-marking", "--optimize-for-size"])(
  "a process whose heap was told %s ends, whatever is being compiled",
  async (flag) => {
    let left = PROCESSES;
    let ended = 0;
    const lane = async () => {
      while (left-- > 0) {
        const args = ["--no-warnings", "--input-type=module", "--eval", programOf(flag)];
        const child = spawn(process.execPath, args, {
          stdio: "ignore",
          timeout: STUCK_MS,
          killSignal: "SIGKILL",
        });
        const code = await new Promise((resolve) => child.on("close", resolve));
        if (code === 0) ended++;
      }
    };

    await Promise.all(Array.from({ length: AT_ONCE }, lane));

    expect(ended).toBe(PROCESSES);
  },
);
