import type { Score } from "../../src/define/define-score.ts";
import { toPlan } from "../../src/define/to-plan.ts";
import { apply, beginCompute, init, nextMove, outcome, wakeAt } from "../../src/engine/core/core.ts";
import { toGraph } from "../../src/engine/core/graph.ts";
import { judgeAttempt } from "../../src/engine/core/judge-failure.ts";
import { isComputed } from "../../src/engine/core/reach-step.ts";
import type { Note, Outcome, PastAttempt, RunState, Step } from "../../src/engine/core/state.ts";
import { toStepError } from "../../src/engine/perform.ts";

type Compiled = ReturnType<typeof compileScore>;

/** A score as the engine gets it; a score with findings is a mistake of the test. */
export function compileScore(score: Score<never, unknown>) {
  const { plan, code, findings } = toPlan(score as never);
  if (findings.length > 0)
    throw new Error(JSON.stringify(findings.map(({ code: is, facts }) => [is, facts])));
  return { plan, code, graph: toGraph(plan) };
}

export interface PureRun {
  readonly outcome: Outcome | undefined;
  /** Keys of the attempts that were played, in the order they were begun. */
  readonly played: readonly string[];
  readonly notes: readonly Note[];
  readonly journal: Map<string, PastAttempt[]>;
  readonly state: RunState;
  /** The time at its end. */
  readonly now: number;
}

interface Options {
  readonly input?: unknown;
  readonly past?: ReadonlyMap<string, readonly PastAttempt[]>;
  readonly redo?: ReadonlySet<string>;
  readonly given?: ReadonlyMap<string, unknown>;
  /** Which of the attempts under way ends next: a number below `count`. Default: the first. */
  readonly pick?: (count: number) => number;
  /** Hears the key of each attempt that begins. */
  readonly onBegin?: (key: string) => void;
  /** What is computed ends like an attempt, in the order of `pick`: the code is in another process. */
  readonly isElsewhere?: boolean;
  /** Stop after so many results. */
  readonly results?: number;
}

/** Plays a score on the pure core alone: no store, no clock but a number, synchronous tasks. */
export function playPurely({ plan, code, graph }: Compiled, options: Options = {}): PureRun {
  const { pick = () => 0, results = Number.POSITIVE_INFINITY } = options;
  const state = init(plan, graph, {
    id: "run_1",
    input: options.input ?? {},
    ...(options.past ? { past: options.past } : {}),
    ...(options.redo ? { redo: options.redo } : {}),
    given: options.given,
  });
  const played: string[] = [];
  const notes: Note[] = [];
  const journal = new Map<string, PastAttempt[]>(
    [...(options.past ?? [])].map(([key, past]) => [key, [...past]]),
  );
  const underWay: Step[] = [];
  let now = 1_000;
  let counted = 0;
  for (;;) {
    for (let move = nextMove(state, now); move; move = nextMove(state, now)) {
      if (move.is === "note") notes.push(move.note);
      else if (move.is === "compute" && options.isElsewhere) underWay.push(beginCompute(state, move.step));
      else if (move.is === "compute") {
        const { key, attempt } = move.step;
        apply(state, { is: "completed", key, attempt, value: computed(move.step, code) });
      } else {
        played.push(move.step.key);
        options.onBegin?.(move.step.key);
        underWay.push(move.step);
      }
    }
    const ended = outcome(state);
    if (ended || counted === results) return { outcome: ended, played, notes, journal, state, now };
    if (underWay.length === 0) {
      const due = wakeAt(state);
      if (due === undefined) throw new Error("nothing moves, and nothing will");
      now = due;
      continue;
    }
    const [step] = underWay.splice(pick(underWay.length), 1);
    now += 1;
    counted++;
    const { key, attempt } = step!;
    if (isComputed(step!)) {
      apply(state, { is: "completed", key, attempt, value: computed(step!, code) });
      continue;
    }
    const past = journal.get(key) ?? [];
    journal.set(key, past);
    const { plan: node } = step!.node;
    if (node.kind === "wait") {
      const isOpen = step!.until !== undefined;
      const until = step!.until ?? now + node.forMs!;
      if (isOpen) {
        past[past.length - 1] = { attempt, status: "completed", value: until, endedAt: now };
        apply(state, { is: "completed", key, attempt, value: until });
      } else {
        past.push({ attempt, status: "running", endedAt: undefined, until });
        apply(state, { is: "opened", key, attempt, until });
      }
      continue;
    }
    const how = step!.rebuilding ? { isRebuilding: true as const } : {};
    try {
      const own = (step!.node.plan as { code: number }).code;
      const task = code.tasks[step!.rebuilding ? step!.node.ways.reconstruct!.code : own]!;
      const { again } = step!;
      const value = task.run({ input: step!.input, attempt, value: again?.round ?? 1 } as never);
      past.push({ attempt, status: "completed", value, endedAt: now, ...again, ...how });
      apply(state, { is: "completed", key, attempt, value });
    } catch (thrown) {
      const error = toStepError(thrown);
      const failures = step!.failures + (step!.rebuilding ? 0 : 1);
      const verdict = judgeAttempt(state, step!, { error, at: now, failures });
      const choice = verdict.choice ? { choice: verdict.choice } : {};
      past.push({ attempt, status: "failed", error, endedAt: now, ...step!.again, ...how, ...choice });
      apply(state, { is: "failed", key, attempt, error, at: now, verdict });
    }
  }
}

function computed({ node, input, loop, artifact }: Step, code: Compiled["code"]): unknown {
  // The value as its schema gives it back: the schemas of these tests change nothing.
  if (loop || artifact) return input;
  return code.derives[(node.plan as { code: number }).code]!(...(input as unknown[]));
}
