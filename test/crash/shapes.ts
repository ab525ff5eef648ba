import { z } from "zod";
import {
  branch,
  checkpoint,
  defineScore,
  derive,
  eq,
  fallback,
  gte,
  http,
  input,
  loop,
  map,
  oneOf,
  optional,
  type Score,
  score,
  shell,
  task,
  wait,
} from "../../src/index.ts";

/** Where effects are told: a server in another process, which answers when it has written them down. */
export interface Ledger {
  /** `http://127.0.0.1:1234/<run of the test>` */
  readonly url: string;
  /** For programs: a line for each time one is run. */
  readonly file: string;
}

interface Attempt {
  readonly idempotencyKey: string;
  readonly attempt: number;
}

const N = z.object({ n: z.number() });

/** Twelve shapes of a score; the value at the end depends on every step's. */
export function shapesOf({ url, file }: Ledger): Readonly<Record<string, () => Score<never, unknown>>> {
  const effect = async ({ idempotencyKey, attempt }: Attempt) => {
    await fetch(url, { method: "POST", body: JSON.stringify({ key: idempotencyKey, attempt }) });
  };
  const add = (n: unknown, by = 1, rest: object = {}) =>
    task({
      input: { n: n as number },
      output: N,
      run: async (call) => {
        await effect(call);
        return { n: (call.input.n ?? 0) + by };
      },
      ...rest,
    });
  const total = (numbers: unknown) =>
    task({
      input: { numbers: numbers as number[] },
      output: N,
      run: async (call) => {
        await effect(call);
        return { n: call.input.numbers.reduce((sum, n) => sum * 3 + (n ?? 0), 1) };
      },
    });
  /** Fails at first. An attempt that a crash interrupted may have counted as one or not: the effects are one more at most. */
  const flaky = (n: unknown, rest: object = {}) =>
    task({
      input: { n: n as number },
      output: N,
      retry: { attempts: 9, backoff: "1ms" },
      run: async (call) => {
        await effect(call);
        if (call.attempt === 1) throw new Error("not at first");
        return { n: call.input.n * 2 };
      },
      ...rest,
    });
  const whole = (id: string, nodes: object, output: unknown, rest: object = {}) =>
    defineScore({ id, nodes: nodes as never, output: output as never, ...rest }) as Score<never, unknown>;

  return {
    chain: () => {
      const nodes: Record<string, ReturnType<typeof add>> = { n0: add(1) };
      for (let i = 1; i < 8; i++) nodes[`n${i}`] = add(nodes[`n${i - 1}`]!.output.n, i);
      return whole("chain", nodes, nodes.n7!.output);
    },
    diamond: () => {
      const top = add(1);
      const sides = [1, 2, 3].map((by) => add(top.output.n, by));
      const bottom = total(sides.map((side) => side.output.n));
      const [left, middle, right] = sides;
      return whole("diamond", { top, left, middle, right, bottom }, bottom.output);
    },
    "wide map": () => {
      const a = add(0);
      const list = derive([a.output.n], (n) => Array.from({ length: 12 }, (_, i) => n + i));
      const each = map({ over: list, maxItems: 20, concurrency: 4, each: (item) => add(item) });
      const numbers = derive([each.output], (all) => all.map(({ n }) => n));
      const sum = total(numbers);
      return whole("wide", { a, list, each, numbers, sum }, sum.output);
    },
    "nested map": () => {
      const a = add(1);
      const rows = derive([a.output.n], (n) => [
        [n, n + 1],
        [n + 2, n + 3],
      ]);
      const table = map({
        over: rows,
        maxItems: 4,
        concurrency: 2,
        each: (row) => {
          const cells = map({ over: row as never, maxItems: 4, concurrency: 2, each: (cell) => add(cell) });
          const numbers = derive([cells.output], (all) => all.map((one) => (one as { n: number }).n));
          const sum = total(numbers);
          return { nodes: { cells, numbers, sum }, output: sum.output.n };
        },
      });
      const sum = total(table.output);
      return whole("nested", { a, rows, table, sum }, sum.output);
    },
    loop: () => {
      const counted = loop({
        state: N,
        start: { n: 0 },
        max: 9,
        each: (state) => {
          const more = add(state.n, 3);
          const again = flaky(more.output.n);
          return { nodes: { more, again }, next: again.output, until: gte(again.output.n, 40) };
        },
      });
      const end = add(counted.output.n);
      return whole("loop", { counted, end }, end.output);
    },
    wait: () => {
      const before = add(1);
      const pause = wait({ for: "50ms", after: [before] });
      const beside = add(before.output.n, 5);
      const after = add(beside.output.n, 1, { after: [pause] });
      return whole("wait", { before, pause, beside, after }, after.output);
    },
    checkpoint: () => {
      const draft = add(1);
      const review = checkpoint({
        title: "Send it?",
        show: draft.output,
        decision: z.object({ ok: z.boolean() }),
        timeout: "1d",
        onTimeout: "reject",
      });
      const yes = branch(eq(review.output.ok, true));
      const sent = add(draft.output.n, 7, { when: yes.yes });
      return whole("checkpoint", { draft, review, yes, sent }, optional(sent.output.n));
    },
    "sub-score": () => {
      const brief = input(N);
      const inner = add(brief.n, 2);
      const more = add(inner.output.n, 3);
      const sub = defineScore({ id: "inner", input: brief, nodes: { inner, more }, output: more.output });
      const before = add(1);
      const played = score(sub, { input: { n: before.output.n } });
      const after = add(played.output.n, 1);
      return whole("outer", { before, played, after }, after.output);
    },
    retries: () => {
      const a = add(1);
      const b = flaky(a.output.n);
      const c = flaky(b.output.n);
      const gap = flaky(c.output.n, {
        retry: { attempts: 2, backoff: "1ms" },
        onFailure: "skip",
        run: async (call: Attempt) => {
          await effect(call);
          throw new Error("never works");
        },
      });
      const end = total([c.output.n, optional(gap.output.n)]);
      return whole("retries", { a, b, c, gap, end }, end.output);
    },
    "retry never": () => {
      const before = add(1);
      const pay = add(before.output.n, 10, { retry: "never" });
      const beside = add(before.output.n, 20);
      const again = add(pay.output.n, 30, { retry: "never" });
      const end = total([pay.output.n, beside.output.n, again.output.n]);
      return whole("never", { before, pay, beside, again, end }, end.output);
    },
    "branches and gaps": () => {
      const a = add(5);
      const big = branch(gte(a.output.n, 3));
      const yes = add(a.output.n, 1, { when: big.yes });
      const no = add(a.output.n, 2, { when: big.no });
      const either = oneOf(no.output.n, yes.output.n);
      const spare = add(either, 100);
      const spared = task({
        input: { n: either },
        output: N,
        onFailure: fallback(spare),
        run: async (call): Promise<{ n: number }> => {
          await effect(call);
          throw new Error("always fails");
        },
      });
      const end = total([either, spared.output.n, optional(no.output.n)]);
      return whole("branches", { a, big, yes, no, spare, spared, end }, end.output);
    },
    "http and shell": () => {
      const a = add(1);
      const posted = http({
        method: "POST",
        url: url as never,
        body: { n: a.output.n },
        response: N,
        idempotencyHeader: "Idempotency-Key",
        retry: { attempts: 3, backoff: "1ms" },
      });
      const ran = shell({
        script: `echo shell >> "$LEDGER"; echo 3`,
        env: { LEDGER: file },
        after: [posted],
      } as never);
      const end = task({
        input: { n: posted.output.n, text: ran.output.stdout },
        output: N,
        run: async (call) => {
          await effect(call);
          return { n: call.input.n + Number(call.input.text) };
        },
      });
      return whole("outside", { a, posted, ran, end }, end.output);
    },
  };
}
