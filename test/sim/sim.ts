import { argv, exit, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { type Counts, type Simulated, simulate } from "./simulate.ts";

const HELP = `Plays drawn scores on the real engine through faults that a seed chooses: crashes, stalls, late and
duplicate results, clock jumps, a failing disk, stops, cancels, decisions, shutdowns.

  npm run test:sim -- --seeds 5000            seeds 0 to 4999
  npm run test:sim -- --seeds 500 --from 9000
  npm run test:sim -- --seed 4711             one seed, with everything that happened in it
  npm run test:sim -- --seeds 500 --json      one line of JSON; --bail ends with the first seed that fails

A seed that breaks a promise is played again with its trace. Exit code 1 when one did.
`;
const PROGRESS_MS = 1_000;

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    seeds: { type: "string", default: "500" },
    from: { type: "string", default: "0" },
    seed: { type: "string" },
    bail: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [first, count] = values.seed === undefined ? [values.from, values.seeds] : [values.seed, "1"];
if (values.help || ![first, count].every((word) => /^\d+$/.test(word))) {
  stdout.write(HELP);
  exit(values.help ? 0 : 2);
}
exit(await main(Number(first), Number(count)));

async function main(from: number, seeds: number): Promise<number> {
  const total: { -readonly [K in keyof Counts]: number } = {
    runs: 0,
    begun: 0,
    steps: 0,
    crashes: 0,
    turns: 0,
    asked: 0,
  };
  const failed: Simulated[] = [];
  const startedAt = performance.now();
  let toldAt = startedAt;
  const progress = (done: number) => `${done} of ${seeds} seeds, ${failed.length} failed`;
  for (let seed = from; seed < from + seeds; seed++) {
    const simulated = await simulate(seed);
    for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += simulated.counts[name];
    if (simulated.violations.length > 0) failed.push(simulated);
    if (values.bail && failed.length > 0) break;
    if (values.seed !== undefined && !values.json) stdout.write(`${simulated.trace.join("\n")}\n`);
    if (values.json || performance.now() - toldAt < PROGRESS_MS) continue;
    toldAt = performance.now();
    stderr.write(`\r${progress(seed + 1 - from)}`);
  }
  const seconds = Math.round(performance.now() - startedAt) / 1_000;
  const told = failed.map(({ seed, violations }) => ({ seed, violations }));
  if (values.json) stdout.write(`${JSON.stringify({ seeds, ...total, seconds, failed: told })}\n`);
  else {
    if (values.seed === undefined) for (const one of failed.slice(0, 3)) await replay(one);
    const { runs, begun, steps, crashes } = total;
    stdout.write(`\r${progress(seeds)}: ${runs} runs, ${begun} tasks begun, ${steps} step rows, `);
    stdout.write(`${crashes} crashes in ${seconds.toFixed(1)} s\n`);
    for (const { seed, violations } of told) stdout.write(`  seed ${seed}: ${violations[0]}\n`);
  }
  return failed.length > 0 ? 1 : 0;
}

/** The same seed once more: the same trace, or chance has got in from outside. */
async function replay({ seed, violations, trace }: Simulated): Promise<void> {
  const again = await simulate(seed);
  const isSame = again.trace.join("\n") === trace.join("\n");
  stdout.write(`\nseed ${seed}${isSame ? "" : " (IT WENT OTHERWISE WHEN IT WAS PLAYED AGAIN)"}\n`);
  stdout.write(`${again.trace.join("\n")}\n`);
  for (const violation of violations) stdout.write(`broken: ${violation}\n`);
}
