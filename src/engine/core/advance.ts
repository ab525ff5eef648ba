import { MaestroError } from "../../diagnostics/index.ts";
import { failForGood, failStep } from "./after-failure.ts";
import { startArtifact } from "./artifact.ts";
import { begunItems } from "./begun-items.ts";
import { ABSENT, every } from "./evaluate.ts";
import type { GraphNode } from "./graph.ts";
import { endTurn, startLoop } from "./loop.ts";
import { reachStep } from "./reach-step.ts";
import { type LoopState, type MapState, Scope } from "./scope.ts";
import type { Kept, RunState, StepError } from "./state.ts";
import { takeCase } from "./take-case.ts";

const NOBODY: readonly number[] = [];

/**
 * Follows up everything that has settled, until nothing moves by itself any more.
 * A loop over queues, never a recursion, so that a chain of 10,000 nodes needs no deep stack; each edge is
 * looked at once.
 */
export function advance(state: RunState): void {
  for (;;) {
    const settled = state.settled.shift();
    if (settled) {
      const { scope, node } = settled;
      tellReaders(scope, node);
      if (node.standsInFor.length > 0) takeOver(scope, node);
      if (node.standIn !== undefined) dismiss(scope, scope.graph.nodes[node.standIn]!);
      for (const maker of node.remakes?.makers ?? NOBODY) dismissFor(scope, scope.graph.nodes[maker]!);
      if (scope.left === 0 && scope.owner) endPart(scope.owner, scope);
      continue;
    }
    const map = state.refilling.shift();
    if (!map) return;
    refill(map);
  }
}

/** Looks at every node of a new scope that waits for nothing. */
export function enter(scope: Scope): void {
  const { nodes, waits } = scope.graph;
  for (const node of nodes) if (waits[node.index] === 0 && scope.isWaiting(node.index)) consider(scope, node);
}

/** A value, or nothing: the node is skipped. */
export function settle(scope: Scope, node: GraphNode, result: { readonly value: unknown } | undefined): void {
  scope.settle(node.index, result);
  scope.run.settled.push({ scope, node });
}

function endPart(owner: MapState | LoopState, scope: Scope): void {
  if ("turns" in owner) endTurn(owner, scope);
  else endItem(owner, scope);
}

function tellReaders(scope: Scope, node: GraphNode): void {
  for (const index of node.readers) {
    const reader = scope.graph.nodes[index]!;
    const due = reader.plan.kind === "oneOf" || scope.countDown(index);
    if (due && scope.isWaiting(index) && !scope.isDead()) consider(scope, reader);
  }
}

/** Everything that `node` waits for has settled: play it, decide it, or skip it. */
function consider(scope: Scope, node: GraphNode): void {
  const mayFollowSkipped = "onSkip" in node.plan;
  if (!mayFollowSkipped && node.after.some((index) => !scope.isDone(index))) return skip(scope, node);
  const allowed = node.when?.(scope);
  if (allowed === ABSENT) return skip(scope, node);
  if (allowed === false) return skip(scope, node, "guard");
  const { plan } = node;
  switch (plan.kind) {
    case "oneOf":
      return choose(scope, node);
    case "text": {
      const parts = every(node.parts, scope, toText);
      if (parts === ABSENT) return skip(scope, node);
      return settle(scope, node, { value: plan.strings.map((text, i) => text + (parts[i] ?? "")).join("") });
    }
    case "derive": {
      const values = every(node.parts, scope, (value) => value);
      return values === ABSENT ? skip(scope, node) : reachStep(scope, node, values);
    }
    default: {
      const value = node.value!(scope);
      if (value === ABSENT) return skip(scope, node);
      if (plan.kind === "map") return startMap(scope, node, value);
      if (plan.kind === "loop") return startLoop(scope, node, value);
      if (plan.kind === "artifact") return startArtifact(scope, node, value);
      if (plan.kind !== "branch" && plan.kind !== "switchOn") return reachStep(scope, node, value);
      return takeCase(scope, node, value);
    }
  }
}

/** Takes the first alternative that is there; waits while one that comes earlier is open. */
function choose(scope: Scope, node: GraphNode): void {
  for (const [i, part] of node.parts.entries()) {
    if (node.partSources[i]!.some((source) => !scope.isSettled(source))) return;
    const value = part(scope);
    if (value !== ABSENT && value !== undefined) return settle(scope, node, { value });
  }
  skip(scope, node);
}

/** A node that stands in for `node` is played now, unless it has settled already. */
export function callStandIn(scope: Scope, node: GraphNode, error: StepError): void {
  const index = node.standIn!;
  const standIn = scope.graph.nodes[index]!;
  const isFirst = !standIn.standsInFor.some((other) => scope.standingBy?.has(other));
  scope.standingBy ??= new Map();
  scope.standingBy.set(node.index, error);
  if (scope.isSettled(index)) takeOver(scope, standIn);
  else if (isFirst && scope.countDown(index) && scope.isWaiting(index)) consider(scope, standIn);
}

/** `standIn` has settled: what waits for it has its value, or fails after all. */
function takeOver(scope: Scope, standIn: GraphNode): void {
  for (const index of standIn.standsInFor) {
    const error = scope.standingBy?.get(index);
    if (!error) continue;
    scope.standingBy!.delete(index);
    const node = scope.graph.nodes[index]!;
    if (!scope.isDone(standIn.index)) failForGood(scope, node, error);
    else settle(scope, node, { value: scope.values[standIn.index] });
  }
}

/** Nobody can need `standIn` any more. */
function dismiss(scope: Scope, standIn: GraphNode): void {
  if (!scope.isWaiting(standIn.index) || scope.isDead()) return;
  if (!standIn.standsInFor.every((index) => isFinal(scope, index))) return;
  note(scope, standIn, { status: "skipped", info: { reason: "not needed" } });
  settle(scope, standIn, undefined);
}

/** `maker` is not played again any more: what stands in for it is needed no longer. */
function dismissFor(scope: Scope, maker: GraphNode): void {
  if (maker.standIn !== undefined) dismiss(scope, scope.graph.nodes[maker.standIn]!);
}

/** Settled, and not to be played again. */
function isFinal(scope: Scope, index: number): boolean {
  const { heldBy } = scope.graph.nodes[index]!;
  return scope.isSettled(index) && (heldBy === undefined || scope.isSettled(heldBy));
}

function skip(scope: Scope, node: GraphNode, reason: "guard" | "upstream" = "upstream"): void {
  const missing = reason === "upstream" ? node.sources.find((index) => !scope.isDone(index)) : undefined;
  const from = missing === undefined ? undefined : scope.graph.nodes[missing]!;
  note(scope, node, {
    status: "skipped",
    info: { reason, ...(from && !from.hidden ? { node: from.name } : {}) },
  });
  settle(scope, node, undefined);
}

type Decided = {
  readonly status: "running" | "completed" | "skipped";
  readonly value?: unknown;
  readonly info?: Readonly<Record<string, unknown>>;
  readonly kept?: Kept;
};

export function note(scope: Scope, node: GraphNode, decided: Decided): void {
  if (!node.hidden) scope.run.notes.push({ key: scope.keyOf(node), kind: node.plan.kind, ...decided });
}

function startMap(scope: Scope, node: GraphNode, over: unknown): void {
  const plan = node.plan as Extract<typeof node.plan, { kind: "map" }>;
  scope.activate(node.index);
  if (!Array.isArray(over)) {
    return failStep(
      scope,
      node,
      toStepError(new MaestroError("MR3006", { found: over === null ? "null" : typeof over })),
    );
  }
  if (over.length > plan.maxItems) {
    const facts = { found: over.length, maxItems: plan.maxItems };
    return failStep(scope, node, toStepError(new MaestroError("MR3005", facts)));
  }
  const limit = plan.concurrency ?? scope.run.plan.concurrency;
  const key = scope.keyOf(node);
  const results = node.isRead ? new Array<unknown>(over.length) : [];
  const counts = { next: 0, active: 0, ended: 0, failed: 0, dead: false, isFilling: false };
  const begunBefore = begunItems(scope.run, key);
  const map: MapState = {
    scope,
    node,
    key,
    items: over,
    results,
    limit,
    depth: scope.depth,
    begunBefore,
    ...counts,
  };
  note(scope, node, { status: "running", info: { items: over.length } });
  if (over.length === 0) endMap(map);
  else goOn(map);
}

/** One that is over at once makes room again by a queue, not by recursion. */
function goOn(map: MapState): void {
  const { filling, refilling } = map.scope.run;
  if (map.next < map.begunBefore) refilling.push(map);
  else if (mayBegin(map)) filling.push(map);
}

function mayBegin(map: MapState): boolean {
  return map.active < map.limit && map.next < map.items.length && !map.dead;
}

/** Begins items that had been begun before. */
function refill(map: MapState): void {
  if (map.scope.isDead()) return;
  while (map.next < map.begunBefore && mayBegin(map)) beginItem(map);
  if (map.next >= map.begunBefore) goOn(map);
}

/** Begins one more item of a map that has any left. False when there is none. */
export function beginNextItem(state: RunState): boolean {
  for (let map = state.filling.shift(); map; map = state.filling.shift()) {
    if (!mayBegin(map) || map.scope.isDead()) continue;
    beginItem(map);
    goOn(map);
    advance(state);
    return true;
  }
  return false;
}

function beginItem(map: MapState): void {
  const index = map.next++;
  map.active++;
  enter(new Scope(map.scope.run, map.node.body!, { owner: map, index, value: map.items[index] }));
}

function endItem(map: MapState, scope: Scope): void {
  if (scope.isDead()) return;
  if (!map.node.isRead) return closeItem(map, scope, null);
  const value = scope.graph.output(scope);
  const output = value === ABSENT || value === undefined ? null : value;
  const plan = map.node.plan as { readonly onItemError?: string };
  closeItem(map, scope, plan.onItemError === "collect" ? { status: "ok", value: output } : output);
}

/** A step of this item has failed for good. */
export function failItem(map: MapState, scope: Scope, error: StepError): void {
  const plan = map.node.plan as Extract<typeof map.node.plan, { kind: "map" }>;
  map.failed++;
  if (plan.onItemError === "collect") {
    return closeItem(map, scope, { status: "failed", error: { message: error.message } });
  }
  map.dead = true;
  map.scope.run.hasDeadDelayed ||= map.scope.run.delayed.length > 0;
  failStep(map.scope, map.node, { ...error, message: `item ${scope.index}: ${error.message}` });
}

function closeItem(map: MapState, scope: Scope, result: unknown): void {
  scope.dead = true;
  map.scope.run.hasDeadDelayed ||= map.scope.run.delayed.length > 0 && scope.left > 0;
  if (map.node.isRead) map.results[scope.index] = result;
  map.active--;
  map.ended++;
  if (map.ended === map.items.length) endMap(map);
  else goOn(map);
}

function endMap(map: MapState): void {
  const info = { items: map.items.length, ...(map.failed > 0 ? { failed: map.failed } : {}) };
  note(map.scope, map.node, { status: "completed", info });
  settle(map.scope, map.node, { value: map.results });
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What is kept of a failure that Maestro itself names. */
export function toStepError(error: MaestroError): StepError {
  return { code: error.code, message: error.message };
}
