import type { RunEvent, RunSource, StepCost } from "../../engine/index.ts";
import { partKeyOf } from "../../plan/index.ts";
import { toReadable } from "../../support/duration.ts";
import { toCostText } from "../../support/money.ts";
import { toSourceText } from "../../views/source-text.ts";

/** How far a map is. */
export interface MapTally {
  readonly items: number;
  readonly startedAt: number;
  ended: number;
  /** Its items that failed, by key. */
  readonly failed: Set<string>;
}

/** Kinds that do something. */
const COUNTED = new Set(["task", "agent", "http", "shell", "score", "wait", "checkpoint", "artifact"]);

/** What a run's events add up to: what is under way, how far its maps are, and the line that sums it up. */
export class RunTally {
  /** Steps under way, outside of maps, by key: when they began. */
  readonly running = new Map<string, number>();
  /** Every step under way, those of maps included. */
  readonly underWay = new Set<string>();
  readonly maps = new Map<string, MapTally>();
  readonly progress = new Map<string, { readonly done: number; readonly total: number }>();
  steps = 0;
  skipped = 0;
  failed = 0;
  retried = 0;
  /** What answered in place of those outside. */
  #source: RunSource["is"] | undefined;
  readonly #cost = { tokens: 0, microUsd: 0, unpriced: new Set<string>() };
  #startedAt: number | undefined;

  hear(event: RunEvent): void {
    this.#startedAt ??= event.at;
    if ("cost" in event && event.cost) this.#add(event.cost);
    switch (event.type) {
      case "run.started":
        this.#source = event.source;
        return;
      case "map.started":
        this.maps.set(event.step, { items: event.items, startedAt: event.at, ended: 0, failed: new Set() });
        return;
      case "step.started":
        this.underWay.add(event.step);
        if (!this.mapOf(event.step)) this.running.set(event.step, event.at);
        return;
      case "step.completed":
        if (COUNTED.has(event.kind) && !partKeyOf(event.step)) this.steps++;
        return this.#end(event.step, false);
      case "step.failed":
        // A gap is told of when the run has ended.
        if (event.retryAt !== undefined) this.retried++;
        else if (!event.rebuilds && !event.gap) this.failed++;
        this.underWay.delete(event.step);
        return event.retryAt === undefined && !event.rebuilds ? this.#end(event.step, !event.gap) : undefined;
      case "step.skipped":
        if (!event.gap) this.skipped++;
        return this.#end(event.step, false);
      case "step.parked":
        this.running.delete(event.step);
        this.underWay.delete(event.step);
        return;
      case "progress":
        this.progress.set(event.step, { done: event.done, total: event.total });
        return;
      case "log":
      case "tool.called":
      case "cost.unknown":
      case "text":
      case "step.given":
      case "step.waiting":
      case "step.queued":
      case "run.queued":
      case "harmony.conflict":
      case "run.waiting":
      case "run.completed":
      case "run.failed":
      case "run.paused":
      case "run.cancelled":
        return;
      default:
        event satisfies never;
    }
  }

  /** The outermost map that a step is part of: `drafts` for `drafts/3/letter`. */
  mapOf(key: string): string | undefined {
    const slash = key.indexOf("/");
    return slash < 0 ? undefined : key.slice(0, slash);
  }

  /** `12 notes · 3 skipped · 1.4 s`. */
  toSummary(durationMs: number): string {
    const maps = [...this.maps]
      .filter(([key]) => !key.includes("/"))
      .map(([key, { items }]) => `${grouped(items)} ${key}`);
    const parts = maps.length > 0 ? maps : [`${grouped(this.steps)} ${this.steps === 1 ? "step" : "steps"}`];
    if (this.skipped > 0) parts.push(`${grouped(this.skipped)} skipped`);
    if (this.retried > 0) parts.push(`${grouped(this.retried)} retried`);
    if (this.failed > 0) parts.push(`${grouped(this.failed)} failed`);
    if (this.#cost.tokens > 0) parts.push(toCostText(this.#cost));
    if (this.#source) parts.push(toSourceText(this.#source));
    return [...parts, toReadable(durationMs)].join(" · ");
  }

  #add({ tokens, microUsd, unpriced = [] }: StepCost): void {
    this.#cost.tokens += tokens;
    this.#cost.microUsd += microUsd;
    for (const model of unpriced) this.#cost.unpriced.add(model);
  }

  /** Is it part of a map that is itself part of an item? What that comes to counts, and is told of by itself. */
  #isInner(key: string): boolean {
    const parts = key.split("/");
    return parts.some((_, i) => i > 1 && this.maps.has(parts.slice(0, i).join("/")));
  }

  #end(key: string, failed: boolean): void {
    this.running.delete(key);
    this.underWay.delete(key);
    this.progress.delete(key);
    const name = this.mapOf(key);
    const map = name === undefined ? undefined : this.maps.get(name);
    // An item's own step, `drafts/3`, counts the item; with several nodes an item the bar follows their share.
    if (map && key.split("/").length === 2) map.ended = Math.min(map.items, map.ended + 1);
    if (map && failed && !this.#isInner(key)) map.failed.add(key.split("/", 2).join("/"));
  }
}

/** `12,345`. By hand: the first use of `Intl` costs a start 13 ms. */
function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}
