import { MaestroError } from "../../src/diagnostics/index.ts";
import type { StepError } from "../../src/engine/core/state.ts";
import type { Elsewhere, ElsewhereCall } from "../../src/engine/elsewhere.ts";
import type { Playable } from "../../src/engine/index.ts";
import { type Performed, toPerformed, toStepError } from "../../src/engine/perform.ts";
import type { Code, TaskCall, TaskNode } from "../../src/plan/index.ts";
import { playTask } from "../../src/players/play-task.ts";
import type { World } from "./world.ts";

/** Nothing is left of what was played there. */
export class Death extends Error {}

/**
 * Plays tasks where children of the process would: they keep the time of what they play, and they die. Then what they had
 * in hand is interrupted, whether or not that one was the reason.
 */
export class Troupe implements Elsewhere {
  readonly #world: World;
  readonly #code: Code;
  readonly #onDeath: (idempotencyKey: string, isCounted: boolean) => void;

  /** @param onDeath of a child; counted, when the attempt alone can have been the reason: that is a failure of it */
  constructor(world: World, code: Code, onDeath: (idempotencyKey: string, isCounted: boolean) => void) {
    this.#world = world;
    this.#code = code;
    this.#onDeath = onDeath;
  }

  play(node: TaskNode, call: ElsewhereCall): Promise<Performed> {
    const world = this.#world;
    const { life } = world;
    const { attempt, idempotencyKey } = call;
    const controller = new AbortController();
    call.whenAborted((reason) => controller.abort(reason));
    return new Promise((resolve) => {
      let isOver = false;
      let cancel = () => {};
      const settle = (performed: Performed) => {
        isOver = true;
        cancel();
        resolve(performed);
      };
      const failed = (error: unknown) => settle({ error: toStepError(error) });
      const die = () => {
        if (isOver) return;
        const isCounted = world.random.oneIn(3);
        const error: StepError = { message: "its process ended", ...(isCounted ? { isCounted } : {}) };
        world.say(`a child dies with ${idempotencyKey}#${attempt}`);
        this.#onDeath(idempotencyKey, isCounted);
        controller.abort(new Death(error.message));
        settle({ error, isInterrupted: true });
      };
      if (world.strikes(world.faults.death))
        world.add({ kind: "task", what: `a child of ${idempotencyKey}`, due: 0, end: die }, life);
      const { timeoutMs } = node;
      if (timeoutMs !== undefined)
        cancel = world.clock(life).after(timeoutMs, () => {
          const error = new MaestroError("MR3002", { timeoutMs });
          controller.abort(error);
          failed(error);
        });
      try {
        const toTaskCall = (input: unknown) => toTaskCallOf(call, input, controller.signal);
        const played = playTask(node, { input: call.input, toTaskCall }, this.#code);
        Promise.resolve(played).then((value) => settle(toPerformed(value)), failed);
      } catch (error) {
        failed(error);
      }
    });
  }
}

function toTaskCallOf(call: ElsewhereCall, input: unknown, signal: AbortSignal): TaskCall {
  const { attempt, escalation, idempotencyKey, secrets } = call;
  return {
    ...{ input, attempt, escalation, idempotencyKey, secrets, signal },
    log: (message, data) => call.log(message, data),
    progress: (done, total) => call.progress(done, total),
  };
}

/** The same score, and those that it plays, with their tasks in children. */
export function inChildren(
  playable: Playable,
  toElsewhere: (code: Code) => Elsewhere,
  known = new Map<Playable, Playable>(),
): Playable {
  const before = known.get(playable);
  if (before) return before;
  const scores = new Map<string, Playable>();
  const elsewhere: Elsewhere = { play: (...played) => toElsewhere(playable.code).play(...played) };
  const whole = { ...playable, scores, elsewhere };
  known.set(playable, whole);
  for (const [id, inner] of playable.scores) scores.set(id, inChildren(inner, toElsewhere, known));
  return whole;
}
