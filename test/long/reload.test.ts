import { test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { edits, followEdits } from "../compile/reload/random-edits.ts";
import { openReloads } from "../compile/reload/reloads.ts";
import { makeWorkspace, scoreSource } from "../compile/workspace.ts";

const COUNT = Number(process.env.EDITS ?? 100);
const SCORES = 100;
/** More than a process may hold of what nobody reads any more. */
const SHARED_EDITS = 120;

property.prop([edits(15)], { numRuns: COUNT, endOnFailure: true })(
  `after each of ${COUNT} rows of edits what stays compiled is what compiling it anew gives`,
  followEdits,
);

test("a process that has become too large is replaced by one that is ready, and no plan is an old one", async () => {
  const lib = (n: number) => `export const shared: number = ${n};\n`;
  const ids = Array.from({ length: SCORES }, (_, i) => `s${i}`);
  const source = (id: string) =>
    scoreSource(id, 'import { shared } from "./lib/shared.ts";').replace("{ n: 1 }", "{ n: shared }");
  using workspace = makeWorkspace({
    "scores/lib/shared.ts": lib(0),
    ...Object.fromEntries(ids.map((id) => [`scores/${id}.ts`, source(id)])),
  });
  const reloads = await openReloads(workspace);
  await reloads.next();

  for (let n = 1; n <= SHARED_EDITS; n++) {
    // Every third time only one of them, which the successor has loaded as it was.
    if (n % 3 === 0) workspace.write("scores/s7.ts", `// ${n}\n${source("s7")}`);
    else workspace.write("scores/lib/shared.ts", lib(n));
    await reloads.next();
    const live = reloads.reloader.scores.all.map(({ score }) => JSON.stringify(score.plan.body.nodes.first));
    const now = n % 3 === 0 ? n - 1 : n;
    expect(live.filter((plan) => plan.includes(`"n":${now}}`))).toHaveLength(SCORES);
  }

  expect(reloads.reloader.evaluators).toBeGreaterThan(1);
  await reloads.close();
});
