import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import type { Job } from "../../../src/compile/child/protocol.ts";
import { Evaluator } from "../../../src/compile/reload/evaluator.ts";
import { childEntry, makeWorkspace, scoreSource } from "../workspace.ts";

const OPTIONS = { entry: childEntry, timeoutMs: 10_000, memoryMb: 512 };
const SCORES = ["one", "two", "three"];
/** What score "wide" imports: each is stale when it is loaded anew. */
const SHARED = Array.from({ length: 100 }, (_, i) => `scores/lib/m${i}.ts`);
/** It writes down which process loads it. */
const told = (id: string, body = "") =>
  scoreSource(
    id,
    `import { appendFileSync } from "node:fs";\nappendFileSync("loads.txt", process.pid + " ${id}\\n");\n${body}`,
  );

test("the successor of a worn process has loaded every definition before it is wanted", async () => {
  using setting = standUp();
  const { evaluate, wear, loads } = setting;
  await evaluate(SCORES, []);

  await wear(12);

  const isWarm = () => expect([...loads().values()].at(1)).toEqual(SCORES);
  await vi.waitFor(isWarm, 10_000);
  const [, second] = loads().keys();
  await wear(40);
  await evaluate(["two"], ["scores/two.ts"]);
  expect(loads().get(second!)).toEqual([...SCORES, "two"]);
});

test("what is found to do more than define is not loaded by a successor before it is wanted", async () => {
  using setting = standUp();
  const { evaluate, wear, loads, workspace } = setting;
  await evaluate(SCORES, []);
  workspace.write("scores/two.ts", told("two", "Array.prototype.at = () => undefined;"));

  await evaluate(["two"], ["scores/two.ts"]);
  await wear(12);

  const isWarm = () => expect([...loads().values()].at(1)).toEqual(["one", "three"]);
  await vi.waitFor(isWarm, 10_000);
});

function standUp() {
  const imports = SHARED.map((file) => `import "${file.replace("scores", ".")}";\n`);
  const workspace = makeWorkspace({
    ...Object.fromEntries(SCORES.map((id) => [`scores/${id}.ts`, told(id)])),
    ...Object.fromEntries(SHARED.map((file) => [file, "export {};\n"])),
    "scores/wide.ts": scoreSource("wide", imports.join("")),
  });
  const evaluator = new Evaluator(workspace.root, OPTIONS);
  const evaluate = async (ids: readonly string[], stale: readonly string[]): Promise<void> => {
    const files = ids.map((id) => ({ file: `scores/${id}.ts`, kind: "score" as const }));
    const job: Job = { root: workspace.root, loader: "strip", silenceMs: 5_000, memoryMb: 512, files, stale };
    await evaluator.run(job, OPTIONS, () => undefined);
  };
  return {
    workspace,
    evaluate,
    /** Leaves 101 stale modules behind each time, but for the first of a process. */
    async wear(times: number): Promise<void> {
      for (let i = 0; i < times; i++) await evaluate(["wide"], ["scores/wide.ts", ...SHARED]);
    },
    /** What each process has loaded, by its number. */
    loads(): Map<number, string[]> {
      const found = new Map<number, string[]>();
      for (const line of readFileSync(workspace.path("loads.txt"), "utf8").trim().split("\n")) {
        const [pid, id] = line.split(" ");
        found.set(Number(pid), [...(found.get(Number(pid)) ?? []), id!]);
      }
      return found;
    },
    [Symbol.dispose]() {
      evaluator.close();
      workspace[Symbol.dispose]();
    },
  };
}
