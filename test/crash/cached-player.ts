/**
 * Plays a score whose results are kept, in a process of its own, and kills itself at one of its writes to the store.
 *   node cached-player.ts FILE before:N|after:N|never
 */
import { z } from "zod";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine } from "../../src/engine/index.ts";
import { defineScore, task } from "../../src/index.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { MIGRATIONS } from "../../src/paths.ts";
import { openStore } from "../../src/store/open-store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { killAtWrite } from "./kill-at-write.ts";

const [file, kill] = process.argv.slice(2) as [string, string];
const { counter, connect } = killAtWrite(kill);

const cache = { ttl: "1h" } as const;
const small = task({ input: {}, output: z.number(), cache, run: () => 42 });
const large = task({
  input: { small: small.output },
  output: z.string(),
  cache,
  run: () => "x".repeat(300_000),
});
const last = task({
  input: { large: large.output },
  output: z.number(),
  cache,
  run: ({ input }) => input.large.length,
});
const score = defineScore({ id: "kept", nodes: { small, large, last }, output: last.output });
const store = await openStore({ file, durability: "process", migrations: MIGRATIONS, connect });
const compiled = toPlan(score as never);
const playable = makePlayable(compiled, () => "deployment-1");
const plan = JSON.stringify(compiled.plan);
await store.saveDeployment({ hash: playable.hash, score: "kept", plan, code: null, createdAt: 1 });
const { ending } = await new Engine(store, systemClock).start(playable, {});
const ended = await ending;
await store.close();
process.stdout.write(JSON.stringify({ writes: counter.writes, ended }));
