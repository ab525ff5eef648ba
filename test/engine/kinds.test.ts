import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { toPlan } from "../../src/define/to-plan.ts";
import { Engine, type Outside, RunFailed, toPlayable } from "../../src/engine/index.ts";
import {
  branch,
  checkpoint,
  defineScore,
  defineTask,
  eq,
  fallback,
  gte,
  http,
  input,
  loop,
  map,
  type Node,
  optional,
  type RetryOptions,
  type Score,
  score,
  secret,
  shell,
  task,
  text,
  wait,
} from "../../src/index.ts";
import { decideCheckpoint } from "../../src/operations/decide-checkpoint.ts";
import { makePlayable } from "../../src/operations/make-playable.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { NO_MODELS } from "../../src/players/models/model-settings.ts";
import { systemClock } from "../../src/support/clock.ts";
import { openCheckpointsOf } from "../../src/views/open-checkpoints.ts";
import { openHall } from "./hall.ts";

const Counted = z.object({ n: z.number() });
const add = (n: Parameters<typeof gte>[0], by = 1) =>
  task({ input: { n }, output: Counted, run: ({ input }) => ({ n: Number(input.n) + by }) });
const broken = (message: string) => ({
  input: {},
  output: Counted,
  run: (): { n: number } => {
    throw new Error(message);
  },
});

test("a loop plays its turns one after the other until its condition holds, and gives the last state", async () => {
  const { start, store } = await openHall();
  const brief = input(Counted);
  const counted = loop({
    state: Counted,
    start: { n: brief.n },
    max: 10,
    each: (state, turn) => {
      const more = task({
        input: { n: state.n, turn },
        output: Counted,
        run: ({ input }) => ({ n: input.n + input.turn }),
      });
      return { nodes: { more }, next: more.output, until: gte(more.output.n, 6) };
    },
  });
  const score = defineScore({ id: "count", input: brief, nodes: { counted }, output: counted.output.n });

  const { ending, id } = await start(score, { n: 0 });

  expect(await ending).toEqual({ is: "completed", output: 6 });
  const steps = await store.stepsOf(id);
  expect(steps.map(({ key }) => key).sort()).toEqual([
    "counted",
    "counted/0/more",
    "counted/1/more",
    "counted/2/more",
    "counted/3/more",
  ]);
  expect(steps.find(({ key }) => key === "counted")).toMatchObject({
    kind: "loop",
    status: "completed",
    info: '{"turns":4}',
  });
});

test("a loop whose condition never holds fails after `max` turns, or takes the last state when it says so", async () => {
  const { start } = await openHall();
  const scoreOf = (onMax: "fail" | "last") => {
    const counted = loop({
      state: Counted,
      start: { n: 0 },
      max: 3,
      onMax,
      each: (state) => {
        const more = add(state.n);
        return { nodes: { more }, next: more.output, until: gte(more.output.n, 99) };
      },
    });
    return defineScore({ id: `loop-${onMax}`, nodes: { counted }, output: counted.output.n });
  };

  expect(await (await start(scoreOf("last"))).ending).toEqual({ is: "completed", output: 3 });
  expect(await (await start(scoreOf("fail"))).ending).toMatchObject({
    is: "failed",
    step: "counted",
    error: { code: "MR3024", message: "`until` was not true after 3 turns" },
  });
});

test("a state that does not fit its schema fails the loop, with the turn", async () => {
  const { start } = await openHall();
  const counted = loop({
    state: z.object({ n: z.number().max(1) }),
    start: { n: 0 },
    max: 5,
    each: (state) => {
      const more = add(state.n);
      return { nodes: { more }, next: more.output, until: gte(more.output.n, 9) };
    },
  });
  const score = defineScore({ id: "narrow", nodes: { counted }, output: counted.output.n });

  expect(await (await start(score)).ending).toMatchObject({
    is: "failed",
    step: "counted",
    error: { code: "MR3001" },
  });
});

test("loops in maps in loops", async () => {
  const { start } = await openHall();
  const whole = loop({
    state: z.object({ sums: z.array(z.number()) }),
    start: { sums: [1, 2] },
    max: 2,
    onMax: "last",
    each: (state, turn) => {
      const each = map({
        over: state.sums,
        maxItems: 9,
        each: (n) => {
          const grown = loop({
            state: Counted,
            start: { n },
            max: 9,
            each: (inner) => {
              const more = task({
                input: { n: inner.n, turn },
                output: Counted,
                run: ({ input }) => ({ n: input.n + 10 + input.turn }),
              });
              return { nodes: { more }, next: more.output, until: gte(more.output.n, 20) };
            },
          });
          return { nodes: { grown }, output: grown.output.n };
        },
      });
      const never = branch(eq(turn, 99));
      return { nodes: { each, never }, next: { sums: each.output }, until: never.yes };
    },
  });
  const score = defineScore({ id: "nested", nodes: { whole }, output: whole.output.sums });

  expect(await (await start(score)).ending).toEqual({ is: "completed", output: [32, 33] });
});

test("a resumed run goes on in the turn it had come to", async () => {
  const { start, resume, store } = await openHall();
  let turns = 0;
  let stop: () => void = () => {};
  const counted = loop({
    state: Counted,
    start: { n: 0 },
    max: 9,
    each: (state) => {
      const more = task({
        input: { n: state.n },
        output: Counted,
        run: ({ input }) => {
          turns++;
          if (input.n === 2) stop();
          return { n: input.n + 1 };
        },
      });
      return { nodes: { more }, next: more.output, until: gte(more.output.n, 5) };
    },
  });
  const score = defineScore({ id: "again", nodes: { counted }, output: counted.output.n });
  const first = await start(score);
  stop = () => first.stop(new Error("stopped"));
  expect(await first.ending).toEqual({ is: "stopped" });

  const second = await resume(score, first.id);

  expect(await second.ending).toEqual({ is: "completed", output: 5 });
  expect(turns).toBe(5);
  expect((await store.stepsOf(first.id)).filter(({ kind }) => kind === "task")).toHaveLength(5);
});

test("a wait ends at its instant, and a restart does not begin it again", async () => {
  const { start, resume, store } = await openHall();
  const pause = wait({ for: "400ms" });
  const after = task({ input: { at: pause.output }, output: z.string(), run: ({ input }) => input.at });
  const score = defineScore({ id: "waiting", nodes: { pause, after }, output: after.output });
  const begunAt = Date.now();
  const first = await start(score);
  await expect.poll(async () => (await store.stepsOf(first.id)).length).toBe(1);
  first.stop(new Error("stopped"));
  expect(await first.ending).toEqual({ is: "stopped" });

  const second = await resume(score, first.id);
  const ending = await second.ending;

  expect(ending.is).toBe("completed");
  const endedAt = Date.parse((ending as { output: string }).output);
  expect(endedAt - begunAt).toBeGreaterThanOrEqual(399);
  const [row, ...more] = (await store.stepsOf(first.id)).filter(({ key }) => key === "pause");
  expect(more).toEqual([]);
  expect(row).toMatchObject({ status: "completed", attempt: 1, info: JSON.stringify({ until: endedAt }) });
});

test("a wait whose instant has passed while the machine was asleep ends when the clock is looked at", async () => {
  const { store, prepare } = await openHall();
  let now = 1_000;
  // No timer comes in time.
  const engine = new Engine(store, { now: () => now, after: () => () => {} });
  const pause = wait({ for: "8h" });
  const score = defineScore({ id: "asleep", nodes: { pause }, output: pause.output });
  const play = await startRun(engine, await prepare(score), {});
  await expect.poll(async () => (await store.stepsOf(play.id)).length).toBe(1);

  now += 8 * 3_600_000;
  engine.lookAtClock();

  expect(await play.ending).toMatchObject({ is: "completed" });
});

test("a wait until an instant that has passed ends at once; one until no instant fails", async () => {
  const { start } = await openHall();
  const brief = input(z.object({ at: z.string() }));
  const pause = wait({ until: brief.at });
  const score = defineScore({ id: "until", input: brief, nodes: { pause }, output: pause.output });

  expect(await (await start(score, { at: "2020-01-01T00:00:00Z" })).ending).toEqual({
    is: "completed",
    output: "2020-01-01T00:00:00.000Z",
  });
  expect(await (await start(score, { at: "tomorrow" })).ending).toMatchObject({
    is: "failed",
    step: "pause",
    error: { code: "MR3023" },
  });
});

const Decision = z.object({ send: z.boolean(), note: z.string().optional() });
function reviewed(options: Partial<Parameters<typeof checkpoint>[0]> = {}) {
  const draft = task({
    input: {},
    output: z.object({ text: z.string() }),
    run: () => ({ text: "Dear Ada" }),
  });
  const review = checkpoint({
    title: text`Send "${draft.output.text}"?`,
    show: draft.output,
    decision: Decision,
    assignee: "sales",
    timeout: "1d",
    onTimeout: "reject",
    ...(options as object),
  });
  const approved = branch(eq(review.output.send, true));
  const sent = task({ when: approved.yes, input: {}, output: z.string(), run: () => "sent" });
  return defineScore({
    id: "reviewed",
    nodes: { draft, review, approved, sent },
    output: { sent: optional(sent.output) },
  });
}

test("a checkpoint parks the run, and a decision moves it on, once", async () => {
  const hall = await openHall();
  const score = reviewed();
  const first = await hall.start(score);

  expect(await first.ending).toEqual({ is: "waiting", steps: ["review"], until: expect.any(Number) });
  expect((await hall.store.run(first.id))!.status).toBe("waiting");
  const [open] = await openCheckpointsOf(hall.store, first.id);
  expect(open).toMatchObject({ title: 'Send "Dear Ada"?', show: { text: "Dear Ada" }, assignee: "sales" });

  const { plan, code } = toPlan(score as never);
  const playable = toPlayable("deployment-reviewed", plan, code);
  const row = (await hall.store.run(first.id))!;
  const deciding = { row, playable, step: open!.step, by: "ada" };
  const tools = { engine: hall.engine, store: hall.store, now: systemClock.now };
  await expect(decideCheckpoint(tools, { ...deciding, value: { send: "perhaps" } })).rejects.toMatchObject({
    code: "MR2014",
  });
  await decideCheckpoint(tools, { ...deciding, value: { send: true } });
  const second = await hall.engine.resume(playable, row);

  expect(await second.ending).toEqual({ is: "completed", output: { sent: "sent" } });
  expect(await openCheckpointsOf(hall.store, first.id)).toEqual([]);
  const decided = (await hall.store.stepsOf(first.id)).find(({ key }) => key === "review")!;
  expect(JSON.parse(decided.info!)).toMatchObject({ by: "ada", assignee: "sales" });
});

test("a checkpoint can be decided while its run goes on with something else", async () => {
  const { start } = await openHall();
  let end: (value: { n: number }) => void = () => {};
  const review = checkpoint({ title: "?", decision: Decision, timeout: "1d", onTimeout: "reject" });
  const long = task({
    input: {},
    output: Counted,
    run: () => new Promise<{ n: number }>((resolve) => (end = resolve)),
  });
  const score = defineScore({
    id: "busy",
    nodes: { review, long },
    output: { send: review.output.send, n: long.output.n },
  });
  const play = await start(score);
  await expect.poll(() => play.events.some(({ type }) => type === "step.waiting")).toBe(true);

  expect(await play.decide("review", { value: { send: true }, by: "ada" })).toBe(true);
  expect(await play.decide("review", { value: { send: false }, by: "bob" })).toBe(false);
  end({ n: 1 });

  expect(await play.ending).toEqual({ is: "completed", output: { send: true, n: 1 } });
});

test("a checkpoint that nobody decides in time is rejected, skipped or decided, as it says", async () => {
  const { start } = await openHall();
  const endingOf = async (onTimeout: "reject" | "skip" | { decide: { send: boolean } }) => {
    const review = checkpoint({ title: "?", decision: Decision, timeout: "30ms", onTimeout });
    // Something else goes on, so that the run is there when the time is over.
    const pause = wait({ for: "200ms" });
    const score = defineScore({
      id: "timely",
      nodes: { review, pause },
      output: { send: optional(review.output.send), at: pause.output },
    });
    return (await start(score)).ending;
  };

  expect(await endingOf("reject")).toMatchObject({ is: "failed", step: "review", error: { code: "MR3022" } });
  expect(await endingOf("skip")).toMatchObject({ is: "completed", output: { at: expect.any(String) } });
  expect(await endingOf({ decide: { send: false } })).toMatchObject({
    is: "completed",
    output: { send: false },
  });
});

test("what a checkpoint is decided as when its time is over is read by its schema, like a decision of a person", async () => {
  const { start } = await openHall();
  const endingOf = async (decision: z.ZodType<{ go: boolean; note: string }, { go: boolean }>) => {
    const onTimeout = { decide: { go: false } };
    const ask = checkpoint({ title: "?", decision, timeout: "30ms", onTimeout });
    // Something else goes on, so that the run is there when the time is over.
    const pause = wait({ for: "200ms" });
    const nodes = { ask, pause };
    return (await start(defineScore({ id: "timely", nodes, output: { note: ask.output.note } }))).ending;
  };
  const Go = z.object({ go: z.boolean(), note: z.string().default("nobody said") });

  expect(await endingOf(Go)).toEqual({ is: "completed", output: { note: "nobody said" } });
  expect(await endingOf(Go.refine(({ go }) => go, "somebody has to go"))).toMatchObject({
    is: "failed",
    step: "ask",
    error: { code: "MR3001", message: expect.stringContaining("somebody has to go") },
  });
});

test("a fallback node is played when the other has failed, and only then", async () => {
  const { start, store } = await openHall();
  const scoreOf = (fails: boolean) => {
    const spare = task({ input: {}, output: Counted, run: () => ({ n: 2 }) });
    const main = task({
      ...(fails ? broken("no") : { input: {}, output: Counted, run: () => ({ n: 1 }) }),
      onFailure: fallback(spare),
    });
    const next = add(main.output.n, 10);
    return defineScore({ id: `fallback-${fails}`, nodes: { main, spare, next }, output: next.output.n });
  };

  const good = await start(scoreOf(false));
  const bad = await start(scoreOf(true));

  expect(await good.ending).toEqual({ is: "completed", output: 11 });
  expect(await bad.ending).toEqual({ is: "completed", output: 12 });
  const statusOf = async (id: string) =>
    Object.fromEntries((await store.stepsOf(id)).map(({ key, status }) => [key, status]));
  expect(await statusOf(good.id)).toEqual({ main: "completed", spare: "skipped", next: "completed" });
  expect(await statusOf(bad.id)).toEqual({ main: "failed", spare: "completed", next: "completed" });
});

test("one node stands in for two, and what fails with its stand-in fails for good", async () => {
  const { start } = await openHall();
  const scoreOf = (spareFails: boolean) => {
    const spare = task(
      spareFails ? broken("spare is broken too") : { input: {}, output: Counted, run: () => ({ n: 5 }) },
    );
    const left = task({ ...broken("left"), onFailure: fallback(spare) });
    const right = task({
      input: { n: left.output.n },
      output: Counted,
      run: broken("right").run,
      onFailure: fallback(spare),
    });
    return defineScore({
      id: `two-${spareFails}`,
      nodes: { spare, left, right },
      output: { l: left.output.n, r: right.output.n },
    });
  };

  expect(await (await start(scoreOf(false))).ending).toEqual({ is: "completed", output: { l: 5, r: 5 } });
  expect(await (await start(scoreOf(true))).ending).toMatchObject({ is: "failed", step: "spare" });
});

test("a fallback value stands in for a node that has failed, inside a map too", async () => {
  const { start } = await openHall();
  const over = task({ input: {}, output: z.array(z.number()), run: () => [1, 2, 3] });
  const each = map({
    over: over.output,
    maxItems: 3,
    each: (n) =>
      task({
        input: { n },
        output: Counted,
        run: ({ input }) => {
          if (input.n === 2) throw new Error("two");
          return { n: input.n };
        },
        onFailure: fallback({ n: 0 }),
      }),
  });
  const score = defineScore({ id: "spares", nodes: { over, each }, output: each.output });

  expect(await (await start(score)).ending).toEqual({
    is: "completed",
    output: [{ n: 1 }, { n: 0 }, { n: 3 }],
  });
});

test("onError is played when the run has failed, is told why, and the run still fails with its own error", async () => {
  const { start, store } = await openHall();
  const told: unknown[] = [];
  const notify = defineTask({
    id: "notify",
    input: z.object({ text: z.string(), n: z.number().optional() }),
    output: z.boolean(),
    run: ({ input }) => told.push(input) > 0,
  });
  const first = task({ input: {}, output: Counted, run: () => ({ n: 7 }) });
  const second = task({ ...broken("disk on fire"), after: [first] });
  const score = defineScore({
    id: "handled",
    nodes: { first, second },
    output: second.output.n,
    onError: (failure) =>
      task(notify, {
        input: { text: text`${failure.step}: ${failure.message}`, n: optional(first.output.n) },
      }),
  });

  const { ending, id } = await start(score);

  expect(await ending).toMatchObject({ is: "failed", step: "second", error: { message: "disk on fire" } });
  expect(told).toEqual([{ text: "second: disk on fire", n: 7 }]);
  expect((await store.stepsOf(id)).map(({ key }) => key)).toContain("onError");
});

test("an onError that fails as well does not hide what the run failed with", async () => {
  const { start } = await openHall();
  const first = task(broken("first"));
  const score = defineScore({ id: "worse", nodes: { first }, onError: () => task(broken("handler")) });

  expect(await (await start(score)).ending).toMatchObject({
    is: "failed",
    step: "first",
    error: { message: "first" },
  });
});

test("a run that takes longer than its score allows fails, whatever it waits for", async () => {
  const { start } = await openHall();
  const pause = wait({ for: "1h" });
  const score = defineScore({ id: "slow", nodes: { pause }, output: pause.output, timeout: "50ms" });

  expect(await (await start(score)).ending).toMatchObject({
    is: "failed",
    step: undefined,
    error: { code: "MR3025" },
  });
});

test("an error has no secret in anything that is kept of it: its name, its message, its stack, where it was cut", async () => {
  const value = "s3cr3t-value-of-the-crm";
  const thrown: Readonly<Record<string, (key: string) => unknown>> = {
    name: (key) => Object.assign(new Error("x"), { name: `Err${key}` }),
    class: (key) => new ({ [`Err_${key}`]: class extends Error {} })[`Err_${key}`]!("x"),
    message: (key) => new TypeError(`x ${key}`, { cause: new Error(key) }),
    code: (key) => Object.assign(new Error("x"), { code: key, facts: { [key]: key } }),
    cut: (key) => new Error(`${"x".repeat(3_990)}${key}`),
    text: (key) => `no ${key}`,
    object: (key) => ({ [key]: key, toString: () => key }),
  };
  const hall = await openHall(undefined, { secret: () => value });
  const call = defineTask({
    id: "call",
    input: z.object({ how: z.string() }),
    output: z.string(),
    secrets: ["CRM_KEY"],
    run: ({ input, secrets }) => {
      throw thrown[input.how]!(secrets.CRM_KEY);
    },
  });

  for (const how of Object.keys(thrown)) {
    const called = task(call, { input: { how } });
    const score = defineScore({ id: `throws-${how}`, nodes: { called }, output: called.output });
    const run = await hall.start(score);

    expect(await run.ending).toMatchObject({ is: "failed" });
    const kept = [
      await hall.store.run(run.id),
      await hall.store.stepsOf(run.id),
      await hall.store.eventsOf(run.id),
      run.events,
    ];
    expect(JSON.stringify(kept), how).not.toContain("s3cr3t");
  }
});

test("a task is given the secrets it names; without one it fails, and none is stored", async () => {
  const hall = await openHall();
  const seen: string[] = [];
  const call = defineTask({
    id: "call",
    input: z.object({}),
    output: z.boolean(),
    secrets: ["CRM_KEY"],
    run: ({ secrets }) => seen.push(secrets.CRM_KEY) > 0,
  });
  const called = task(call, { input: {}, retry: { attempts: 3, backoff: "1ms" } });
  const score = defineScore({ id: "secret", nodes: { called }, output: called.output });
  const { plan, code } = toPlan(score as never);
  const playable = toPlayable("deployment-secret", plan, code);

  const without = await hall.start(score);
  expect(await without.ending).toMatchObject({ is: "failed", error: { code: "MR3021" } });
  expect(await hall.store.stepsOf(without.id), "trying again brings no secret").toHaveLength(1);

  const outside = {
    secret: (name: string) => (name === "CRM_KEY" ? "s3cr3t-value" : undefined),
    allowHosts: [],
    allowPrivate: false,
    root: ".",
    models: NO_MODELS,
  };
  const engine = new Engine(hall.store, systemClock, outside);
  const play = await startRun(engine, playable, {});
  expect(await play.ending).toMatchObject({ is: "completed" });
  expect(seen).toEqual(["s3cr3t-value"]);
  const rows = JSON.stringify([await hall.store.stepsOf(play.id), await hall.store.eventsOf(play.id)]);
  expect(rows).not.toContain("s3cr3t-value");
});

test("a score plays another one as a run of its own, linked to its step", async () => {
  const { start, store } = await openHall();
  const n = input(Counted);
  const grown = add(n.n, 10);
  const inner = defineScore({ id: "inner", input: n, nodes: { grown }, output: grown.output });
  const played = score(inner, { input: { n: 1 } });
  const outer = defineScore({ id: "outer", nodes: { played }, output: played.output.n });

  const { ending, id } = await start(outer);

  expect(await ending).toEqual({ is: "completed", output: 11 });
  const [child] = await store.listRuns({ limit: 9, score: "inner", status: undefined });
  expect(child).toMatchObject({
    parent: `${id}/played`,
    status: "completed",
    deployment: "deployment-outer",
  });
  const [step] = await store.stepsOf(id);
  expect(step).toMatchObject({
    kind: "score",
    status: "completed",
    info: JSON.stringify({ run: child!.id }),
  });
});

test("a checkpoint inside of another score parks both runs; decided, both go on", async () => {
  const hall = await openHall();
  const played = score(reviewed(), { input: {} });
  const outer = defineScore({ id: "outer", nodes: { played }, output: played.output });
  const first = await hall.start(outer);
  const parked = await first.ending;
  const [child] = await hall.store.listRuns({ limit: 9, score: "reviewed", status: undefined });
  const inside = [{ of: "played", run: child!.id, step: "review" }];
  expect(parked).toEqual({ is: "waiting", steps: ["played"], inside, until: expect.any(Number) });
  expect(JSON.parse((await hall.store.run(first.id))!.reason!)).toEqual({ inside });
  expect(new RunFailed(first.id, parked as never).message).toBe(
    `waiting for a decision at "review" of ${child!.id}`,
  );
  expect(child!.status).toBe("waiting");
  const [open] = await openCheckpointsOf(hall.store, child!.id);
  const row = (await hall.store.run(child!.id))!;
  const { plan, code } = toPlan(reviewed() as never);
  const playable = toPlayable("deployment-outer", plan, code);
  const tools = { engine: hall.engine, store: hall.store, now: systemClock.now };
  await decideCheckpoint(tools, { row, playable, step: open!.step, value: { send: true }, by: "ada" });

  const second = await hall.resume(outer, first.id);

  expect(await second.ending).toEqual({ is: "completed", output: { sent: "sent" } });
  expect((await hall.store.run(child!.id))!.status).toBe("completed");
  expect(await hall.store.listRuns({ limit: 9, score: "reviewed", status: undefined })).toHaveLength(1);
});

test("what a played score fails with is told by the step, and a retry begins another run", async () => {
  const { start, store } = await openHall();
  let tries = 0;
  const once = task({
    input: {},
    output: Counted,
    run: () => {
      if (++tries === 1) throw new Error("not yet");
      return { n: tries };
    },
  });
  const inner = defineScore({ id: "inner", nodes: { once }, output: once.output });
  const scoreOf = (attempts: number) => {
    const played = score(inner, { input: {}, retry: { attempts, backoff: "1ms" } });
    return defineScore({ id: `outer${attempts}`, nodes: { played }, output: played.output.n });
  };

  expect(await (await start(scoreOf(1))).ending).toMatchObject({
    is: "failed",
    step: "played",
    error: { message: expect.stringMatching(/^run run_\w+: step "once": not yet$/) },
  });
  tries = 0;
  expect(await (await start(scoreOf(2))).ending).toEqual({ is: "completed", output: 2 });
  expect(await store.listRuns({ limit: 9, score: "inner", status: undefined })).toHaveLength(3);
});

test("a score that plays itself goes as deep as it says", async () => {
  const { start } = await openHall();
  const n = input(Counted);
  const more = branch(gte(n.n, 1));
  const less = task({
    when: more.yes,
    input: { n: n.n },
    output: Counted,
    run: ({ input }) => ({ n: input.n - 1 }),
  });
  const deeper: Node<{ depth: number }> = score(() => self, {
    when: more.yes,
    input: { n: less.output.n },
    maxDepth: 2,
  });
  const depth = task({
    input: { below: optional(deeper.output.depth) },
    output: z.number(),
    run: ({ input }) => (input.below ?? 0) + 1,
  });
  const self: Score<{ n: number }, { depth: number }> = defineScore({
    id: "self",
    input: n,
    nodes: { more, less, deeper, depth },
    output: { depth: depth.output },
  });

  expect(await (await start(self, { n: 2 })).ending).toEqual({ is: "completed", output: { depth: 3 } });
  expect(await (await start(self, { n: 5 })).ending).toMatchObject({
    is: "failed",
    error: { message: expect.stringContaining('score "self" already stands 3 deep') },
  });
});

test("a run that is stopped while another one plays for it goes on with that one", async () => {
  const { start, resume, store } = await openHall();
  const pause = wait({ for: "150ms" });
  const inner = defineScore({ id: "inner", nodes: { pause }, output: pause.output });
  const played = score(inner, { input: {} });
  const outer = defineScore({ id: "outer", nodes: { played }, output: played.output });
  const first = await start(outer);
  await expect
    .poll(async () => (await store.listRuns({ limit: 9, score: "inner", status: undefined })).length)
    .toBe(1);
  first.stop(new Error("stopped"));
  expect(await first.ending).toEqual({ is: "stopped" });

  const second = await resume(outer, first.id);

  expect((await second.ending).is).toBe("completed");
  expect(await store.listRuns({ limit: 9, score: "inner", status: undefined })).toMatchObject([
    { status: "completed" },
  ]);
});

/** A service on this machine that answers as `answer` says, and keeps what it was asked. */
async function openService(
  answer: (asked: { readonly count: number }) => [number, unknown, Record<string, string>?],
) {
  const asked: { readonly headers: IncomingHttpHeaders; readonly body: string; readonly url: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ headers: request.headers, body, url: request.url! });
    const [status, content, headers = {}] = answer({ count: asked.length });
    response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify(content));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, host };
}

async function playWith(outside: Partial<Outside>, made: Score<never, unknown>, given: unknown = {}) {
  const { store } = await openHall();
  const whole = {
    secret: () => undefined,
    allowHosts: [],
    allowPrivate: true,
    root: process.cwd(),
    models: NO_MODELS,
    ...outside,
  };
  const engine = new Engine(store, systemClock, whole);
  const compiled = toPlan(made as never);
  expect(compiled.findings).toEqual([]);
  const playable = makePlayable(compiled, () => "outside");
  const plan = JSON.stringify(compiled.plan);
  await store.saveDeployment({ hash: "outside", score: compiled.plan.score, plan, code: null, createdAt: 1 });
  const play = await startRun(engine, playable, given);
  const ending = await play.ending;
  const kept = JSON.stringify([
    await store.run(play.id),
    await store.stepsOf(play.id),
    await store.eventsOf(play.id),
  ]);
  return { ending, kept, steps: await store.stepsOf(play.id) };
}

test("a request carries its secrets and its key, is repeated where that helps, and nothing of the secret is kept", async () => {
  const { asked, host } = await openService(({ count }) =>
    count === 1 ? [503, { sorry: "Bearer s3cr3t-value" }, { "retry-after": "0" }] : [200, { id: 7 }],
  );
  const brief = input(z.object({ name: z.string() }));
  const posted = http({
    method: "POST",
    url: text`http://${host as never}/orders`,
    headers: { authorization: text`Bearer ${secret("CRM_KEY")}` },
    query: { name: brief.name },
    body: { name: brief.name },
    response: z.object({ id: z.number() }),
    idempotencyHeader: "Idempotency-Key",
    retry: { attempts: 3, backoff: "1ms" },
  });
  const made = defineScore({ id: "orders", input: brief, nodes: { posted }, output: posted.output.id });

  const { ending, kept, steps } = await playWith({ allowHosts: [host], secret: () => "s3cr3t-value" }, made, {
    name: "Ada & Bob",
  });

  expect(ending).toEqual({ is: "completed", output: 7 });
  expect(asked.map(({ url }) => url)).toEqual(["/orders?name=Ada+%26+Bob", "/orders?name=Ada+%26+Bob"]);
  expect(asked[1]!.headers.authorization).toBe("Bearer s3cr3t-value");
  expect(JSON.parse(asked[1]!.body)).toEqual({ name: "Ada & Bob" });
  const keys = new Set(asked.map(({ headers }) => headers["idempotency-key"]));
  expect(keys.size).toBe(1);
  expect(steps.map(({ status }) => status)).toEqual(["failed", "completed"]);
  expect(kept).not.toContain("s3cr3t-value");
});

test("a service that asks for a longer wait is given it, but no longer one than maxBackoff where that is written", async () => {
  const { asked, host } = await openService(({ count }) =>
    count === 1 ? [503, {}, { "retry-after": "3600" }] : [200, { id: 7 }],
  );
  const scoreOf = (retry: RetryOptions) => {
    const got = http({ url: `http://${host}/`, response: z.object({ id: z.number() }), retry });
    return defineScore({ id: "get", nodes: { got }, output: got.output.id });
  };
  const capped = scoreOf({ attempts: 2, backoff: "1ms", maxBackoff: "20ms" });

  const { ending, steps } = await playWith({ allowHosts: [host] }, capped);

  expect(ending).toEqual({ is: "completed", output: 7 });
  expect(asked).toHaveLength(2);
  expect(steps.map(({ status }) => status)).toEqual(["failed", "completed"]);
  const { got } = toPlan(scoreOf({ attempts: 2, backoff: "1ms" }) as never).plan.body.nodes;
  expect((got as { readonly retry: unknown }).retry).toEqual({
    attempts: 2,
    backoffMs: 1,
    maxBackoffMs: 60_000,
    jitter: true,
  });
});

test("an answer that would be the same again is not asked for again, and a host that is not allowed is not asked", async () => {
  const { asked, host } = await openService(() => [404, { no: "such thing" }]);
  const scoreOf = (url: string) => {
    const got = http({ url, response: z.object({ id: z.number() }), retry: { attempts: 3, backoff: "1ms" } });
    return defineScore({ id: "get", nodes: { got }, output: got.output.id });
  };

  expect((await playWith({ allowHosts: [host] }, scoreOf(`http://${host}/x`))).ending).toMatchObject({
    is: "failed",
    error: { code: "MR3011" },
  });
  expect(asked).toHaveLength(1);
  expect((await playWith({}, scoreOf(`http://${host}/x`))).ending).toMatchObject({
    error: { code: "MR3012" },
  });
  expect(asked).toHaveLength(1);
});

test("what a caller writes cannot stand for a secret", async () => {
  const { asked, host } = await openService(() => [200, { id: 1 }]);
  const brief = input(z.object({ name: z.string() }));
  const posted = http({
    method: "PUT",
    url: `http://${host}/x`,
    headers: { "x-key": secret("CRM_KEY") },
    body: { name: brief.name },
    response: z.object({ id: z.number() }),
  });
  const made = defineScore({ id: "forged", input: brief, nodes: { posted }, output: posted.output.id });

  await playWith({ allowHosts: [host], secret: () => "s3cr3t-value" }, made, {
    name: "\u0000:CRM_KEY\u0000",
  });

  expect(asked[0]!.headers["x-key"]).toBe("s3cr3t-value");
  expect(asked[0]!.body).not.toContain("s3cr3t-value");
});

test("a program is run with its arguments as they are, and one that fails says how", async () => {
  const brief = input(z.object({ name: z.string() }));
  const said = shell({ command: ["echo", brief.name, "$HOME"], timeout: "10s" });
  const made = defineScore({ id: "say", input: brief, nodes: { said }, output: said.output });

  expect((await playWith({}, made, { name: "a; rm -rf /" })).ending).toEqual({
    is: "completed",
    output: { exitCode: 0, stdout: "a; rm -rf / $HOME\n", stderr: "" },
  });

  const wrong = shell({ script: "echo no >&2; exit 3" });
  const failing = defineScore({ id: "wrong", nodes: { wrong }, output: wrong.output.stdout });
  expect((await playWith({}, failing)).ending).toMatchObject({
    is: "failed",
    step: "wrong",
    error: { code: "MR3016", message: "the script ended with exit code 3: no" },
  });
});

test("a program that takes too long is ended", async () => {
  const slow = shell({ command: ["sleep", "30"], timeout: "100ms" });
  const made = defineScore({ id: "slow", nodes: { slow }, output: slow.output.stdout });
  const begunAt = Date.now();

  expect((await playWith({}, made)).ending).toMatchObject({ is: "failed", error: { code: "MR3002" } });
  expect(Date.now() - begunAt).toBeLessThan(20_000);
});

test("a played score that takes too long is cancelled, and one whose run has failed is, too", async () => {
  const { start, store } = await openHall();
  const pause = wait({ for: "1h" });
  const inner = defineScore({ id: "inner", nodes: { pause }, output: pause.output });
  const late = score(inner, { input: {}, timeout: "50ms" });
  const first = await start(defineScore({ id: "late", nodes: { late }, output: late.output }));
  const played = score(inner, { input: {} });
  const bad = task({
    input: {},
    output: Counted,
    run: () => new Promise<never>((_, no) => setTimeout(no, 50, new Error("no"))),
  });
  const second = await start(defineScore({ id: "beside", nodes: { played, bad }, output: bad.output.n }));

  expect(await first.ending).toMatchObject({ is: "failed", step: "late", error: { code: "MR3002" } });
  expect(await second.ending).toMatchObject({ is: "failed", step: "bad" });

  const children = await store.listRuns({ limit: 9, score: "inner", status: undefined });
  expect(children.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
});

test("a played score that waits for a person is cancelled when its time is over, at any depth", async () => {
  const { start, resume, store } = await openHall();
  const ask = checkpoint({ title: "?", decision: Decision, timeout: "1h", onTimeout: "reject" });
  const innermost = defineScore({ id: "innermost", nodes: { ask } });
  const between = score(innermost, { input: {} });
  const inner = defineScore({ id: "inner", nodes: { between } });
  const late = score(inner, { input: {}, timeout: "300ms" });
  // Something else goes on, so that the run is there when the time is over.
  const pause = wait({ for: "900ms" });
  const here = await start(defineScore({ id: "here", nodes: { late, pause } }));
  const whole = defineScore({ id: "later", nodes: { late } });
  const parked = await start(whole);

  expect(await parked.ending).toMatchObject({ is: "waiting", steps: ["late"], until: expect.any(Number) });
  const [step] = await store.stepsOf(parked.id);
  expect(await here.ending).toMatchObject({ is: "failed", step: "late", error: { code: "MR3002" } });
  await expect.poll(() => Date.now()).toBeGreaterThan(step!.startedAt + 300);
  const again = await resume(whole, parked.id);

  expect(await again.ending).toMatchObject({ is: "failed", step: "late", error: { code: "MR3002" } });
  const parts = await store.listRuns({ limit: 9, score: "innermost", status: undefined });
  expect(parts.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  expect(await openCheckpointsOf(store, parts[0]!.id)).toEqual([]);
});
