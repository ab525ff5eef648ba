import type { AttemptCall } from "../../src/engine/call.ts";
import { Engine } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { Performance } from "../../src/engine/performance.ts";
import type { HttpNode, ShellNode } from "../../src/plan/index.ts";
// Loaded before anything is played: what is loaded on the way takes turns that the seed does not know.
import "../../src/players/understudies/open-understudy.ts";
import "../../src/players/models/play-agent.ts";
import "../../src/engine/budget/open-purse.ts";
import "../../src/engine/budget/treasury.ts";
import type { Understudy } from "../../src/players/understudies/understudy.ts";
import type { Disk } from "./disk.ts";
import { type Surroundings, toValue } from "./draw-score.ts";
import { MemoryStore } from "./memory-store.ts";
import type { Models } from "./models.ts";
import type { Life, World } from "./world.ts";

/** A process that plays: the real engine, with its clock, its disk and its time from `world`. */
export interface SimHouse {
  readonly life: Life;
  readonly engine: Engine;
  readonly store: MemoryStore;
  readonly now: () => number;
}

export function openSimHouse(
  { world, disk, models }: { readonly world: World; readonly disk: Disk; readonly models: Models },
  { limits, isScripted }: Surroundings,
): SimHouse {
  const life = world.begin();
  const store = new MemoryStore(disk, world.device(life));
  const { gpu = 0, slow = 0 } = limits ?? {};
  const engine = new Engine(store, world.clock(life), {
    ...NOTHING_OUTSIDE,
    ...(limits ? { limits: { resources: { gpu }, tags: { slow } } } : {}),
    ...(isScripted ? { script: scriptIn(world, { life, models }) } : {}),
  });
  return { life, engine, store, now: () => world.now() };
}

/** Answers for services and programs, at a time of the world's choice. */
function scriptIn(
  world: World,
  { life, models }: { readonly life: Life; readonly models: Models },
): Understudy {
  const answer = (node: HttpNode | ShellNode, asked: unknown) => {
    const n = Number(/\d+(?=\D*$)/.exec(JSON.stringify(asked))?.[0] ?? 0);
    const value = toValue({ n }, "");
    return node.kind === "http" ? value : { exitCode: 0, stdout: `${value.n}`, stderr: "" };
  };
  return {
    is: "script",
    answer: (question, role) => models.answer(question, role),
    tool: (use, role) => models.tool(use, role),
    outside: (node, asked, { step }) =>
      new Promise((resolve) => {
        const end = () => resolve({ output: answer(node, asked) });
        const isStalled = world.strikes(world.faults.stall);
        world.add({ kind: "task", what: `answer ${step}`, due: 0, isStalled, end }, life);
      }),
  };
}

const AT_REST = "at rest";

interface Listener {
  /** With every run's state at its end. */
  readonly onRest: (performance: Performance) => void;
  /** When an attempt is over, before anything follows from that. */
  readonly onFinish: (performance: Performance, call: AttemptCall) => void;
}
let told: Listener | undefined;

/** Tells `listener` while `act` goes on. */
export async function watchEnds<T>(listener: Listener, act: () => Promise<T>): Promise<T> {
  if (!(AT_REST in Performance.prototype)) {
    const { rest, finish } = Performance.prototype;
    Object.defineProperty(Performance.prototype, AT_REST, { value: true });
    Performance.prototype.rest = function (this: Performance) {
      rest.call(this);
      told?.onRest(this);
    };
    Performance.prototype.finish = function (this: Performance, call: AttemptCall) {
      finish.call(this, call);
      told?.onFinish(this, call);
    };
  }
  told = listener;
  try {
    return await act();
  } finally {
    told = undefined;
  }
}
