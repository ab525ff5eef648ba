// Started by measure-map.ts: plays maps whose outputs are large together, and says how much memory was in use meanwhile.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine, type Play } from "../../src/engine/index.ts";
import { defineScore, derive, input, map, type Node, type Ref, task } from "../../src/index.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { resumeRun } from "../../src/operations/resume-run.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";

/** What is in use, in bytes: when the first step is played, and at most from then on. */
interface InUse {
  readonly first: number;
  readonly most: number;
}

type Shape = "one" | "unread" | "three" | "nested";

const [shape, items, bytes] = [process.argv[2] as Shape, Number(process.argv[3]), Number(process.argv[4])];
const SAMPLES = 30;
const side = Math.round(Math.sqrt(items));
const stepsIn: Record<Shape, number> = { one: items, unread: items, three: items * 3, nested: side ** 2 * 3 };
const steps = stepsIn[shape];
const ids = Array.from({ length: shape === "nested" ? side : items }, (_, i) => i);

let count = 0;
let samples: number[] = [];
let atStep = (_n: number): void => {};

function sample(): void {
  globalThis.gc!();
  samples.push(process.memoryUsage().heapUsed);
}

const given = input(z.object({ ids: z.array(z.number()) }));
const Page = z.object({ id: z.number(), text: z.string() });

/** A step with a large output, which reads that of the one before. */
function page(id: Ref<number>, before?: Node<z.infer<typeof Page>>) {
  return task({
    input: before ? { id, before: before.output.text } : { id },
    output: Page,
    run: ({ input }) => {
      if (count % Math.ceil(steps / SAMPLES) === 0) sample();
      atStep(++count);
      return { id: input.id, text: Buffer.alloc(bytes, String(count)).toString("latin1") };
    },
  });
}

function onePage(id: Ref<number>) {
  const one = page(id);
  return { nodes: { one }, output: one.output.id };
}

function threePages(id: Ref<number>) {
  const one = page(id);
  const two = page(id, one);
  const three = page(id, two);
  return { nodes: { one, two, three }, output: three.output.id };
}

function pages(is: Shape): Node<readonly unknown[]> {
  const list = { over: given.ids, maxItems: 100_000 };
  switch (is) {
    case "one":
      return map({ ...list, each: onePage });
    case "unread":
      return map({ ...list, each: (id) => page(id) });
    case "three":
      return map({ ...list, each: threePages });
    case "nested":
      return map({ ...list, each: () => map({ ...list, each: threePages }) });
    default:
      return is satisfies never;
  }
}

function scoreOf(is: Shape) {
  const all = pages(is);
  const output = is === "unread" ? given.ids[0]! : derive([all.output], ({ length }) => length);
  return defineScore({ id: is, input: given, nodes: { all }, output });
}

const folder = mkdtempSync(join(tmpdir(), "maestro-wide-"));
const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));
const store = await openStore({ file: join(folder, "m.db"), durability: "process", migrations });
const engine = new Engine(store, systemClock);
const compiled = toPlan(scoreOf(shape) as never);
const playable = makePlayable(compiled, () => shape);
const plan = JSON.stringify(compiled.plan);
await store.saveDeployment({ hash: shape, score: shape, plan, code: null, createdAt: 1 });

/** What is in use while a run is played to its end, or until so many steps of it have been begun. */
async function watch(begin: () => Promise<Play>, stopAt?: number): Promise<InUse & { readonly id: string }> {
  [samples, count] = [[], 0];
  const play = await begin();
  atStep = (n) => {
    if (n === stopAt) play.stop(new Error("to be resumed"));
  };
  const { is } = await play.ending;
  if (is !== (stopAt === undefined ? "completed" : "stopped")) throw new Error(`it ended ${is}`);
  return { id: play.id, first: samples[0]!, most: Math.max(...samples) };
}

const start = (given = ids) => startRun(engine, playable, { ids: given });
// What is loaded and compiled on the way is no part of it, and code that was needed once is let go of after some collections.
await watch(() => start(ids.slice(0, 4)));
for (let i = 0; i < 8; i++) globalThis.gc!();
const straight = await watch(() => start());
// Nearly all of it is in the journal then.
const { id } = await watch(() => start(), Math.floor(steps * 0.9));
const row = (await store.run(id))!;
const resumed = await watch(() => resumeRun({ engine, store, now: systemClock.now }, { row, playable }));
process.stdout.write(JSON.stringify({ steps, straight, resumed }));
await store.close();
rmSync(folder, { recursive: true });
