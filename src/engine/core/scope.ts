import type { Graph, GraphNode } from "./graph.ts";
import type { RunState, StepError } from "./state.ts";

const FIRST: Round = { round: 1, escalation: 0 };

/** How a node stands within one scope. */
const WAITING = 0;
const ACTIVE = 1;
const DONE = 2;
const SKIPPED = 3;

/** One play of a graph: the run itself, or one item of a map. */
export class Scope {
  readonly run: RunState;
  readonly graph: Graph;
  readonly parent: Scope | undefined;
  /** The map this is an item of, or the loop this is a turn of. */
  readonly owner: MapState | LoopState | undefined;
  readonly index: number;
  readonly item: unknown;
  /** How many maps and loops it stands in. */
  readonly depth: number;
  /** What its steps' keys begin with: `""` or `drafts/3/`. */
  readonly prefix: string;
  readonly values: unknown[];
  /** Nodes that have not settled. */
  left: number;
  /** Given up: what its steps still bring is recorded and changes nothing. */
  dead = false;
  /** Nodes that have failed and wait for the one that stands in, by index. */
  standingBy: Map<number, StepError> | undefined;
  readonly #status: number[];
  readonly #waits: number[];
  /** Of artifacts whose value is being made anew, by index. */
  #rounds: Map<number, Round> | undefined;
  /** Of nodes that may be played again, by index: the attempt that comes next. */
  #attempts: Map<number, number> | undefined;

  constructor(
    run: RunState,
    graph: Graph,
    item?: { readonly owner: MapState | LoopState; readonly index: number; readonly value: unknown },
    handling?: { readonly root: Scope; readonly failure: unknown },
  ) {
    this.run = run;
    this.graph = graph;
    this.owner = item?.owner;
    this.parent = item?.owner.scope ?? handling?.root;
    this.depth = this.parent ? this.parent.depth + 1 : 0;
    this.index = item?.index ?? 0;
    this.item = item ? item.value : handling?.failure;
    this.prefix = item ? `${item.owner.key}/${item.index}/` : handling ? "onError/" : "";
    this.left = graph.nodes.length;
    this.values = new Array(this.left);
    this.#status = graph.fresh.slice();
    this.#waits = graph.waits.slice();
  }

  /** The durable name of a node's step: `found`, `drafts/3`, `drafts/3/letter`. */
  keyOf(node: GraphNode): string {
    return this.graph.single && !node.hidden ? this.prefix.slice(0, -1) : this.prefix + node.name;
  }

  isWaiting(index: number): boolean {
    return this.#status[index] === WAITING;
  }

  isDone(index: number): boolean {
    return this.#status[index] === DONE;
  }

  isSettled(index: number): boolean {
    return this.#status[index]! >= DONE;
  }

  activate(index: number): void {
    this.#status[index] = ACTIVE;
  }

  /** A value, or nothing when the node was skipped. */
  settle(index: number, result: { readonly value: unknown } | undefined): void {
    this.#status[index] = result ? DONE : SKIPPED;
    if (result) this.values[index] = result.value;
    this.left--;
  }

  /** It is to be played, or computed, again: whoever reads it waits for it once more. */
  reopen(node: GraphNode): void {
    this.#status[node.index] = WAITING;
    this.values[node.index] = undefined;
    this.left++;
    for (const reader of node.readers)
      if (this.graph.nodes[reader]!.plan.kind !== "oneOf") this.#waits[reader]!++;
  }

  /** A node that was under way waits for its sources again. */
  waitAgain(index: number): void {
    this.#status[index] = WAITING;
  }

  /** Which value of an artifact is being made. */
  roundOf(artifact: number): Round {
    return this.#rounds?.get(artifact) ?? FIRST;
  }

  beginRound(artifact: number, round: Round): void {
    this.#rounds ??= new Map();
    this.#rounds.set(artifact, round);
  }

  /** What a node that may be played again would begin with. */
  nextAttemptOf(index: number): number {
    return this.#attempts?.get(index) ?? 1;
  }

  noteAttempt(index: number, next: number): void {
    this.#attempts ??= new Map();
    this.#attempts.set(index, next);
  }

  /** One source less to wait for; true when that was the last. */
  countDown(index: number): boolean {
    return --this.#waits[index]! === 0;
  }

  /** Has this item, or anything it is part of, been given up? */
  isDead(): boolean {
    for (let at: Scope | undefined = this; at; at = at.parent) if (at.dead || at.owner?.dead) return true;
    return false;
  }
}

/** One play of a map. Items that have ended leave only their result behind. */
export interface MapState {
  readonly scope: Scope;
  readonly node: GraphNode;
  readonly key: string;
  readonly items: readonly unknown[];
  readonly results: unknown[];
  readonly limit: number;
  /** How many maps and loops it stands in. */
  readonly depth: number;
  /** Items below this had been begun in an earlier process. */
  readonly begunBefore: number;
  /** It waits for room for another item. */
  isFilling: boolean;
  next: number;
  active: number;
  ended: number;
  failed: number;
  dead: boolean;
}

/** Which of an artifact's values is being made. */
export interface Round {
  /** From 1. */
  readonly round: number;
  /** How often a gate has asked for something better than another try. */
  readonly escalation: number;
  /** Why the value before was not good enough; absent of the first. */
  readonly refused?: Refusal;
}

/** What a gate said of a value that it did not let pass. */
export interface Refusal {
  /** The step of the artifact. */
  readonly artifact: string;
  /** From 1. */
  readonly gate: number;
  readonly by: string;
  readonly score: number;
  readonly min: number;
  readonly why?: string;
}

/** What a judge said of a value, or a person after it. */
export interface Verdict {
  readonly score: number;
  readonly why?: string;
  /** A person has let it pass all the same. */
  readonly accepted?: true;
}

/** One play of an artifact: a value, and what is said of it. */
export interface ArtifactState {
  readonly scope: Scope;
  readonly node: GraphNode;
  readonly key: string;
  readonly name: string;
  readonly value: unknown;
  /** Which of the values that were made for it this is, from 1. */
  readonly round: number;
  /** Of this value, in the order of the gates. */
  readonly verdicts: Verdict[];
}

/** One play of a loop. A turn that has ended leaves only the state behind. */
export interface LoopState {
  readonly scope: Scope;
  readonly node: GraphNode;
  readonly key: string;
  /** Turns that have begun. */
  turns: number;
  /** Whether the last of them was to be the last. */
  isOver: boolean;
  dead: boolean;
}
