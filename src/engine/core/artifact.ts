import { MaestroError } from "../../diagnostics/index.ts";
import { type Gate, toPartKey } from "../../plan/index.ts";
import { note, settle, toStepError } from "./advance.ts";
import { failStep } from "./after-failure.ts";
import { ABSENT } from "./evaluate.ts";
import type { GraphNode } from "./graph.ts";
import { beginStep } from "./reach-step.ts";
import { remake } from "./remake.ts";
import type { ArtifactState, Scope, Verdict } from "./scope.ts";
import type { RunState, Step, StepError } from "./state.ts";

type ArtifactPlan = Extract<GraphNode["plan"], { kind: "artifact" }>;

/** Begins an artifact with its name and its value: its schema is looked at first, then its gates one after the other. */
export function startArtifact(scope: Scope, node: GraphNode, given: unknown): void {
  scope.activate(node.index);
  const { name, value = null } = given as { readonly name?: unknown; readonly value?: unknown };
  const key = scope.keyOf(node);
  if (typeof name !== "string" || name.trim() === "") {
    const found = JSON.stringify(name) ?? "nothing";
    return failStep(scope, node, toStepError(new MaestroError("MR3051", { found })));
  }
  const taken = holderOf(scope.run, name, key);
  if (taken !== undefined) return failStep(scope, node, nameTaken(name, taken));
  const { round } = scope.roundOf(node.index);
  const artifact: ArtifactState = { scope, node, key, name, value, round, verdicts: [] };
  // The author's schema is called by whoever has the code; what it finds is found again on resume.
  const begun = { attempt: 1, failures: 0, isBegun: false };
  const step: Step = { key: `${key}/~check`, scope, node, input: value, ...begun, artifact };
  scope.run.steps.set(step.key, step);
  scope.run.computes.push(step);
}

/** Its schema fits, a judge has given a verdict, or a person has decided. */
export function takePart({ artifact, node }: Step, given: unknown): void {
  if (artifact!.scope.isDead()) return;
  if (node.plan.kind === "artifact") return judge(artifact!);
  if (node.plan.kind !== "checkpoint") return takeVerdict(artifact!, given as Verdict);
  const { accept, note: said } = given as { readonly accept: boolean; readonly note?: string };
  const last = artifact!.verdicts.at(-1)!;
  if (accept) {
    artifact!.verdicts[artifact!.verdicts.length - 1] = { ...last, accepted: true };
    return judge(artifact!);
  }
  const facts = { ...toFacts(artifact!), note: said };
  fail(artifact!, toStepError(new MaestroError("MR3052", facts)));
}

/** A judge has failed for good, nobody decided in time, or the value does not fit its schema. */
export function failPart({ artifact, node }: Step, error: StepError): void {
  if (artifact!.scope.isDead()) return;
  if (node.plan.kind === "artifact") return fail(artifact!, error);
  const asked = artifact!.verdicts.length + (node.plan.kind === "checkpoint" ? 0 : 1);
  const { code, message } = error;
  fail(artifact!, {
    message: `gate ${asked} (${judgeName(artifact!, asked - 1)}): ${message}`,
    ...(code === undefined ? {} : { code }),
  });
}

function judge(artifact: ArtifactState): void {
  const { node, value, verdicts } = artifact;
  const part = node.judges[verdicts.length];
  if (!part) return keep(artifact);
  begin(artifact, { part, is: "gate", index: verdicts.length, input: { value } });
}

function takeVerdict(artifact: ArtifactState, { score, why }: Verdict): void {
  const { verdicts } = artifact;
  const said = why === undefined || why === null ? {} : { why };
  verdicts.push({ score, ...said });
  const gate = gateOf(artifact);
  if (score >= gate.min) return judge(artifact);
  switch (gate.onFail) {
    case "checkpoint":
      return ask(artifact);
    case "retry":
    case "escalate":
      if (mayRemake(artifact) && makeAnew(artifact, gate.onFail === "escalate")) return;
      break;
    case "fail":
      break;
    default:
      gate.onFail satisfies never;
  }
  const facts = { ...toFacts(artifact), values: artifact.round };
  fail(artifact, toStepError(new MaestroError("MR3050", facts)));
}

/** Who makes it anew is told what was said of this one. */
function makeAnew(artifact: ArtifactState, isEscalated: boolean): boolean {
  const { gate, judge: by, score, min, why } = toFacts(artifact);
  const said = why === undefined ? {} : { why };
  const refused = { artifact: artifact.key, gate, by, score, min, ...said };
  return remake(artifact.scope, artifact.node, { isEscalated, refused });
}

/** An artifact's `retry` says how many values may be made for it in all. */
function mayRemake({ node, round }: ArtifactState): boolean {
  const { retry } = node.plan as ArtifactPlan;
  return typeof retry === "object" && round < retry.attempts;
}

/** A person decides about a value that the last judge found wanting. */
function ask(artifact: ArtifactState): void {
  const { node, name, value, verdicts } = artifact;
  const index = verdicts.length - 1;
  const show = { value, verdicts: resultsOf(artifact) };
  const title = `Keep "${name}"? ${judgeName(artifact, index)} gave it ${verdicts[index]!.score}, and ${gateOf(artifact).min} is the least.`;
  begin(artifact, { part: node.reviews[index]!, is: "review", index, input: { title, show } });
}

interface Part {
  readonly part: GraphNode;
  readonly is: "gate" | "review";
  readonly index: number;
  readonly input: unknown;
}

/** What is asked is a step of its own: its attempts, its row and its place after a crash are those of any other. */
function begin(artifact: ArtifactState, { part, is, index, input }: Part): void {
  const { scope, key, round } = artifact;
  const begun = { attempt: 1, failures: 0, isBegun: false };
  const step = { key: toPartKey({ key, is, index, round }), scope, node: part, input, ...begun, artifact };
  beginStep(scope.run, step);
}

function keep(artifact: ArtifactState): void {
  const { scope, node, key, name, value, verdicts, round } = artifact;
  // Looked at again: another one may have been kept meanwhile.
  const taken = holderOf(scope.run, name, key);
  if (taken !== undefined) return fail(artifact, nameTaken(name, taken));
  claim(scope.run, name, key);
  const score = verdicts.length === 0 ? {} : { score: Math.min(...verdicts.map((one) => one.score)) };
  const values = round === 1 ? {} : { values: round };
  note(scope, node, {
    status: "completed",
    value,
    info: { name, ...score, gates: resultsOf(artifact), ...values },
    kept: { plan: node.plan as ArtifactPlan, sources: sourcesOf(artifact) },
  });
  settle(scope, node, { value });
}

/** What the value was made of, as far as it is there. */
function sourcesOf({ scope, node }: ArtifactState): Readonly<Record<string, unknown>> {
  const read = node.traces.map(({ name, of }) => [name, of(scope)] as const);
  return Object.fromEntries(read.filter(([, value]) => value !== ABSENT && value !== undefined));
}

/**
 * The step that keeps an artifact of this name, when it is another one. The first that is kept has the name: that
 * another has failed for it is written after it, so that a resumed run finds the same.
 */
function holderOf(state: RunState, name: string, key: string): string | undefined {
  state.kept ??= keptBefore(state);
  const holder = state.kept.get(name);
  return holder === key ? undefined : holder;
}

function claim(state: RunState, name: string, key: string): void {
  state.kept ??= keptBefore(state);
  state.kept.set(name, key);
}

function keptBefore({ past }: RunState): Map<string, string> {
  const kept = new Map<string, string>();
  for (const [key, attempts] of past) {
    const name = attempts.at(-1)?.name;
    if (name !== undefined) kept.set(name, key);
  }
  return kept;
}

function nameTaken(name: string, other: string): StepError {
  return toStepError(new MaestroError("MR3053", { name, other }));
}

function fail({ scope, node }: ArtifactState, error: StepError): void {
  failStep(scope, node, error);
}

/** What the judges have said so far, as it is shown and kept. */
function resultsOf(artifact: ArtifactState): readonly object[] {
  const { gates } = artifact.node.plan as ArtifactPlan;
  return artifact.verdicts.map((verdict, i) => ({
    by: judgeName(artifact, i),
    min: gates[i]!.min,
    ...verdict,
  }));
}

function toFacts(artifact: ArtifactState) {
  const { name, verdicts } = artifact;
  const index = verdicts.length - 1;
  const { score, why } = verdicts[index]!;
  const { min } = gateOf(artifact);
  return { name, gate: verdicts.length, judge: judgeName(artifact, index), score, min, why };
}

/** The gate of the last verdict. */
function gateOf({ node, verdicts }: ArtifactState): Gate {
  return (node.plan as ArtifactPlan).gates[verdicts.length - 1]!;
}

function judgeName({ node }: ArtifactState, index: number): string {
  const { by } = (node.plan as ArtifactPlan).gates[index]!;
  return "agent" in by ? by.agent : by.task;
}
