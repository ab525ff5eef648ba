/**
 * Begins runs of a score of which one may be under way at once, and kills itself; or goes on with what is left.
 *   node queued-player.ts STORE LEDGER begin|resume
 */
import { appendFileSync } from "node:fs";
import { z } from "zod";
import { openMaestro } from "../../src/embed.ts";
import { defineScore, input, task } from "../../src/index.ts";

const [store, ledger, how] = process.argv.slice(2) as [string, string, string];
const given = input(z.object({ name: z.string() }));
const note = task({
  input: { name: given.name },
  output: z.null(),
  run: ({ input }) => {
    appendFileSync(ledger, `${input.name}\n`);
    return how === "begin" && input.name === "first" ? new Promise<null>(() => {}) : null;
  },
});
const queued = defineScore({
  id: "queued",
  input: given,
  runs: { max: 1 },
  nodes: { note },
  output: note.output,
});
const maestro = await openMaestro({ scores: [queued], store, durability: "process" });
if (how === "begin") {
  await maestro.run(queued, { name: "first" });
  const begun = [];
  for (const [name, priority] of [
    ["b", 0],
    ["c", "low"],
    ["d", "high"],
    ["e", 0],
    ["f", 100],
  ] as const)
    begun.push(await maestro.run(queued, { name }, { priority }));
  appendFileSync(`${ledger}.acknowledged`, begun.map(({ id }) => `${id}\n`).join(""));
  process.kill(process.pid, "SIGKILL");
}
for (const { result } of await maestro.resume()) await result;
await maestro.close();
