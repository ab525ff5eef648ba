import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Engine, type Playable, playableIn } from "../../src/engine/index.ts";
import type { ShadowData } from "../../src/engine/models/shadow-data.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { agent, defineAgent, defineScore, defineTool, score } from "../../src/index.ts";
import { flagModel, type SaidFlag } from "../../src/operations/flag-model.ts";
import { rerunRun } from "../../src/operations/rerun-run.ts";
import { resumeRun } from "../../src/operations/resume-run.ts";
import { startRun } from "../../src/operations/start-run.ts";
import { toRevision } from "../../src/plan/index.ts";
import { systemClock } from "../../src/support/clock.ts";
import { type Asked, type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const Letter = z.object({ letter: z.string() });

/** A score with one agent, whose instructions tell its revisions apart. */
function letters(instructions: unknown, more: object = {}) {
  const writer = defineAgent({
    id: "writer",
    model: "local/present",
    instructions: instructions as string,
    input: z.object({}),
    output: Letter,
    maxTokens: 100,
    ...more,
  });
  const draft = agent(writer, { input: {} });
  return defineScore({ id: "letters", nodes: { draft }, output: draft.output }) as never;
}

/** A score that plays one that plays the one with the agent. */
function post(instructions: unknown, more: object = {}) {
  const written = score(letters(instructions, more), { input: {} }) as { readonly output: unknown };
  const inner = defineScore({ id: "writing", nodes: { written }, output: written.output } as never);
  const sent = score(inner as never, { input: {} }) as { readonly output: unknown };
  return defineScore({ id: "post", nodes: { sent }, output: sent.output } as never) as never;
}

/** Each revision says its own instructions. */
const echo = ({ body }: Asked): Reply => ({ says: { letter: String(body.messages[0]!.content) } });

/** Deployments `old` and `new` of one score, an engine that has both, and what people decide about them. */
async function revised({
  old = letters("old"),
  now = letters("new"),
  reply = echo,
}: Partial<Record<"old" | "now", never>> & { readonly reply?: Parameters<typeof serveModels>[0] } = {}) {
  const server = await serveModels(reply);
  const models = {
    providers: { local: { baseUrl: server.baseUrl } },
    aliases: {},
    prices: { "local/present": { input: 2, output: 8 } },
    variable: () => undefined,
    root: ".",
  };
  const { store, prepare } = await openHall(undefined, { models });
  const playables = new Map<string, Playable>();
  for (const [hash, score] of Object.entries({ old, new: now }))
    playables.set(hash, await prepare(score, hash));
  const engine = new Engine(
    store,
    systemClock,
    { ...NOTHING_OUTSIDE, models },
    async (hash) => playables.get(hash)!,
  );
  const nameOf = (hash: string) => {
    const { plan } = playableIn(playables.get(hash)!, "letters")!;
    return toRevision("writer", plan.agents!.writer!, hash);
  };
  const flag = (model: string, stage: SaidFlag["stage"]) =>
    flagModel(
      { engine, store, now: systemClock.now },
      { model, stage, isForced: true, why: "for a test", by: "ada", origin: "test" },
    );
  const play = async (hash: string, flags: readonly string[] = []) => {
    const run = await startRun(engine, playables.get(hash)!, {}, { flags });
    const ending = await run.ending;
    const [step] = await store.stepsOf(run.id);
    const info = JSON.parse(step?.info ?? "{}") as { revision?: string };
    const error = step?.error ? (JSON.parse(step.error) as { code: string; message: string }) : undefined;
    return {
      id: run.id,
      said: ending.is === "completed" ? (ending.output as { letter: string }).letter : ending.is,
      revision: info.revision,
      error,
    };
  };
  const comparison = async (name: string) => {
    await engine.shared.beside.settled();
    const [row] = await store.models.comparisons(name, 10);
    return row && { ...row, data: JSON.parse(row.data) as ShadowData };
  };
  return { server, store, engine, playables, nameOf, flag, play, comparison };
}

describe("a revision of an agent", () => {
  test("is played by the runs that have it, as long as nobody has decided anything", async () => {
    const { play } = await revised();

    expect(await play("old")).toMatchObject({ said: "old", revision: undefined });
    expect(await play("new")).toMatchObject({ said: "new", revision: undefined });
  });

  test.each(["off", "shadow", "dark"] as const)(
    "that is %s takes no traffic: the one before it is played, and the run says so",
    async (stage) => {
      const { flag, play, nameOf, store } = await revised();
      await flag(nameOf("new"), stage);

      const run = await play("new");

      expect(run).toMatchObject({ said: "old", revision: nameOf("old") });
      const events = await store.eventsOf(run.id);
      expect(events.map(({ data }) => data).join()).toContain(`the flag of ${nameOf("new")} is ${stage}`);
    },
  );

  test("that is only is played by every run", async () => {
    const { flag, play, nameOf } = await revised();
    await flag(nameOf("new"), "only");

    expect(await play("old")).toMatchObject({ said: "new", revision: nameOf("new") });
    expect(await play("new")).toMatchObject({ said: "new", revision: undefined });
  });

  test("that is live again is played where it is, at once", async () => {
    const { flag, play, nameOf } = await revised();
    await flag(nameOf("new"), "off");
    await flag(nameOf("new"), "live");

    expect(await play("new")).toMatchObject({ said: "new" });
  });

  test("that is dark is played by the runs that say so, also after a crash and played again, and by no other", async () => {
    const { flag, play, nameOf, store, engine, playables } = await revised();
    await flag(nameOf("new"), "dark");

    expect(await play("old", [nameOf("new")])).toMatchObject({ said: "new", revision: nameOf("new") });
    expect(await play("old")).toMatchObject({ said: "old", revision: undefined });
    const at = systemClock.now();
    const row = {
      id: "run_0199aaaaaaaaaaaaaaaaaaaaaa",
      score: "letters",
      deployment: "old",
      status: "running",
    } as const;
    const flags = JSON.stringify([nameOf("new")]);
    await store.createRun({ ...row, input: "{}", createdAt: at, startedAt: at, parent: null, flags });
    const tools = { engine, store, now: systemClock.now };
    const again = await resumeRun(tools, {
      row: (await store.run(row.id))!,
      playable: playables.get("old")!,
    });
    expect(await again.ending).toMatchObject({ output: { letter: "new" } });
    const rerunning = { row: (await store.run(row.id))!, playable: playables.get("old")!, from: ["draft"] };
    expect(await (await rerunRun(tools, rerunning)).ending).toMatchObject({ output: { letter: "new" } });
  });

  describe("with which an attempt has begun is played on after a crash", () => {
    /** Answers badly once, then not at all before the process ends, and afterwards as it should. */
    const breaking = (asked: Asked, nth: number): Reply =>
      nth === 1 ? { says: "no" } : nth === 2 ? { raw: () => {} } : echo(asked);

    async function crash(of: Awaited<ReturnType<typeof revised>>, hash: string) {
      const { engine, playables, server, store } = of;
      const run = await startRun(engine, playables.get(hash)!, {}, {});
      await expect.poll(() => server.asked.length, { timeout: 10_000, interval: 5 }).toBe(2);
      run.stop(new Error("the process is ending"));
      await run.ending;
      return async () => {
        const tools = { engine, store, now: systemClock.now };
        const row = (await store.run(run.id))!;
        const again = await resumeRun(tools, { row, playable: playables.get(hash)! });
        await again.ending;
        const last = (await store.stepsOf(run.id)).at(-1)!;
        return {
          output: last.output,
          revision: (JSON.parse(last.info ?? "{}") as { revision?: string }).revision,
        };
      };
    }

    test.each(["live", null] as const)("though the run's own is let in again (%s)", async (stage) => {
      const house = await revised({ reply: breaking });
      await house.flag(house.nameOf("new"), "off");
      const goOn = await crash(house, "new");
      await house.flag(house.nameOf("new"), "live");
      if (stage === null) await house.flag(house.nameOf("new"), null);

      expect(await goOn()).toEqual({ output: '{"letter":"old"}', revision: house.nameOf("old") });
    });

    test("though another one is to be asked alone by now", async () => {
      const house = await revised({ reply: breaking });
      const goOn = await crash(house, "new");
      await house.flag(house.nameOf("old"), "only");

      expect(await goOn()).toEqual({ output: '{"letter":"new"}', revision: undefined });
    });

    test("unless it is off by now", async () => {
      const house = await revised({ reply: breaking });
      await house.flag(house.nameOf("old"), "only");
      const goOn = await crash(house, "new");
      await house.flag(house.nameOf("old"), "off");

      expect(await goOn()).toEqual({ output: '{"letter":"new"}', revision: undefined });
    });
  });

  test("that is a shadow is played beside, paid for by itself, and never reaches the run", async () => {
    const { flag, play, nameOf, comparison, store } = await revised();
    await flag(nameOf("new"), "shadow");

    const run = await play("old");
    const compared = await comparison(nameOf("new"));

    expect(run).toMatchObject({ said: "old", revision: undefined });
    expect(compared).toMatchObject({
      outcome: "answered",
      agent: "writer",
      data: { output: { letter: "new" }, equal: 0, fields: 1, differing: ["letter"] },
    });
    const spent = await store.models.spentBeside(nameOf("new"), 0);
    expect(spent).toBe(60);
    expect(await store.modelCallsOf(run.id)).toHaveLength(1);
    expect(await store.costsBy({ by: "agent", since: 0 })).toMatchObject(
      expect.arrayContaining(
        [{ name: nameOf("new"), microUsd: spent }].map((row) => expect.objectContaining(row)),
      ),
    );
  });

  test("that gives something else is played nowhere but where it is", async () => {
    const { flag, play, nameOf, comparison } = await revised({
      now: letters("new", { output: Letter.extend({ tone: z.string() }) }),
    });
    await flag(nameOf("new"), "shadow");
    expect(await play("old")).toMatchObject({ said: "old" });
    expect(await comparison(nameOf("new"))).toMatchObject({
      outcome: "stopped",
      data: { problem: expect.stringContaining("its output has another form") },
    });

    await flag(nameOf("new"), "only");
    expect((await play("old")).error).toMatchObject({ code: "MR2099" });
    await flag(nameOf("new"), "off");

    expect((await play("new")).error).toMatchObject({
      code: "MR2100",
      message: expect.stringContaining("no revision left that may be asked"),
    });
  });

  describe("of a score that another one plays", () => {
    test.each(["off", "dark"] as const)("gives way to the one before it while it is %s", async (stage) => {
      const { flag, play, nameOf, server } = await revised({ old: post("old"), now: post("new") });
      expect(await flag(nameOf("new").slice(0, 12), stage)).toMatchObject({ deployment: "new" });

      expect(await play("new")).toMatchObject({ said: "old" });
      expect(server.asked).toHaveLength(1);
    });

    test("is played wherever its agent is when it is only, also where that is in a score of its own", async () => {
      const { flag, play, nameOf } = await revised({ old: letters("old"), now: post("new") });
      await flag(nameOf("new"), "only");

      expect(await play("old")).toMatchObject({ said: "new", revision: nameOf("new") });
      expect(await play("new")).toMatchObject({ said: "new" });
    });

    test("is known by its deployment where its plan does not say all of it", async () => {
      const { flag, play, nameOf } = await revised({
        old: post("old"),
        now: post(() => "made"),
      });
      await flag(nameOf("new"), "only");

      expect(await play("old")).toMatchObject({ said: "made" });
    });

    test("is a shadow beside the step of the score that is played", async () => {
      const { flag, play, nameOf, comparison } = await revised({ old: post("old"), now: post("new") });
      await flag(nameOf("new"), "shadow");

      expect(await play("old")).toMatchObject({ said: "old" });
      expect(await comparison(nameOf("new"))).toMatchObject({
        outcome: "answered",
        data: { output: { letter: "new" } },
      });
    });
  });

  test("whose tools want a secret that the run does not give is not played in its place", async () => {
    const send = defineTool({
      name: "send",
      description: "Sends.",
      secrets: ["POST_KEY"],
      input: z.object({}),
      run: () => "sent",
    });
    const { flag, play, nameOf } = await revised({ now: letters("new", { tools: [send] }) });
    await flag(nameOf("new"), "only");

    expect((await play("old")).error).toMatchObject({
      code: "MR2099",
      message: expect.stringContaining('"POST_KEY"'),
    });
  });

  test("is known by what its plan says, and where that does not say all, by its deployment", () => {
    const plan = { model: "a/b", instructions: "Write.", code: 3 };
    expect(toRevision("writer", plan, "x")).toBe(toRevision("writer", { ...plan, code: 4 }, "y"));
    expect(toRevision("writer", plan, "x")).not.toBe(toRevision("writer", { ...plan, temperature: 1 }, "x"));
    const made = { model: "a/b", code: 0 };
    expect(toRevision("writer", made, "x")).not.toBe(toRevision("writer", made, "y"));
  });
});

describe("a name of a revision", () => {
  test("may be cut, and is refused when it means none or several", async () => {
    const { flag, nameOf } = await revised();

    expect(await flag(nameOf("new").slice(0, 12), "dark")).toMatchObject({
      model: nameOf("new"),
      deployment: "new",
    });
    await expect(flag("writer@", "dark")).rejects.toMatchObject({ code: "MR2101" });
    await expect(flag("writer@zzzz", "dark")).rejects.toMatchObject({
      message: expect.stringContaining(`there are: `),
    });
    await expect(flag("reader@12", "dark")).rejects.toMatchObject({
      message: 'The store has no revision of an agent "reader".',
    });
  });
});

describe("a run that is begun with a flag", () => {
  test("asks the model that is dark for all others, and no other", async () => {
    const { flag, engine, store, playables, server } = await revised({
      old: letters("old", { fallback: ["local/other"] }),
      reply: () => ({ says: { letter: "Dear" } }),
    });
    await flag("local/other", "dark");

    const run = await startRun(engine, playables.get("old")!, {}, { flags: ["local/other"] });

    expect((await run.ending).is).toBe("completed");
    expect(server.asked.map(({ body }) => body.model)).toEqual(["other"]);
    expect((await store.run(run.id))!.flags).toBe('["local/other"]');
  });

  test("is not begun with one that is not dark, and says what was probably meant", async () => {
    const { flag, engine, store, playables } = await revised();
    await flag("local/other", "dark");
    const begin = (name: string) => startRun(engine, playables.get("old")!, {}, { flags: [name] });

    await expect(begin("local/othr")).rejects.toMatchObject({
      code: "MR2098",
      facts: { guess: "local/other" },
    });
    await flag("local/other", "off");
    await expect(begin("local/other")).rejects.toMatchObject({ code: "MR2098", facts: { stage: "off" } });

    expect(await store.listRuns({ limit: 10 })).toEqual([]);
  });
});
