import { catalogue, type Entry, MaestroError } from "../diagnostics/index.ts";
import type { AgentNode, Check, Effect, HttpNode, ShellNode, TaskNode } from "../plan/index.ts";
import { checked, outputRefused } from "../players/checked.ts";
import type { OutsideCall } from "../players/outside-call.ts";
import { playTask } from "../players/play-task.ts";
import type { Redactor } from "../players/redactor.ts";
import type { Clock } from "../support/clock.ts";
import { isThenable } from "../support/is-thenable.ts";
import { toStored } from "../support/to-stored.ts";
import { askModel } from "./ask-model.ts";
import { askedOf, askUnderstudy } from "./ask-understudy.ts";
import type { AttemptCall } from "./call.ts";
import { copyJson } from "./copy-json.ts";
import type { Breach, Step, StepError } from "./core/state.ts";
import { ElsewhereError } from "./elsewhere.ts";
import { openSecrets } from "./open-secrets.ts";
import { outputCheck } from "./output-check.ts";
import type { Performance } from "./performance.ts";

/** What an attempt came to: its output, also as the JSON text to be stored, or why it failed. */
export type Performed =
  | { readonly value: unknown; readonly json: string }
  | {
      readonly error: StepError;
      /** It did not fail: it has to wait until somebody has decided about a budget. */
      readonly breach?: Breach;
      /** It did not fail: its process ended. */
      readonly isInterrupted?: true;
    };

/** Plays one attempt and never throws, whatever the author's code does. Synchronous when that code is. */
export function perform(call: AttemptCall, run: Performance): Performed | Promise<Performed> {
  const { verify } = call.step.node.plan as TaskNode;
  const played = playAttempt(call, run);
  const performed = verify && !call.step.rebuilding ? verified(played, verify, call, run) : played;
  const { redactor } = call;
  if (!redactor) return performed;
  return performed instanceof Promise
    ? performed.then((late) => withoutSecrets(late, redactor))
    : withoutSecrets(performed, redactor);
}

/** What it says it has done has to be there. What was seen is kept with the attempt. */
async function verified(
  played: Performed | Promise<Performed>,
  effects: readonly Effect[],
  call: AttemptCall,
  { outside, source }: Performance,
): Promise<Performed> {
  const performed = await played;
  if ("error" in performed) return performed;
  try {
    const { verifyEffects } = await import("../players/verify-effects.ts");
    const seen = await verifyEffects(effects, performed.value, {
      signal: call.signal,
      idempotencyKey: call.idempotencyKey,
      settings: outside,
      log: (message, data) => call.log(message, data),
      isAsking: source === undefined,
    });
    call.info = { ...call.info, verified: call.redactor ? call.redactor.value(seen) : seen };
    return performed;
  } catch (error) {
    return toFailure(error);
  }
}

function playAttempt(call: AttemptCall, run: Performance): Performed | Promise<Performed> {
  const { step } = call;
  const { playable } = run;
  if (!step.rebuilding) return playNode(step.node.plan as Performable, call, run);
  const built = playNode(rebuilderOf(step), call, run);
  const check = outputCheck(step.node.plan, playable);
  return check ? fitted(built, check) : built;
}

/** The task that builds the output of a node that has failed. Its input comes with the call. */
function rebuilderOf({ node: { plan, ways } }: Step): TaskNode {
  const { task, code, secrets } = ways.reconstruct!;
  // That of a checkpoint is a person's.
  const timeoutMs = "timeoutMs" in plan && plan.kind !== "checkpoint" ? plan.timeoutMs : undefined;
  return {
    kind: "task",
    task,
    input: { is: "literal", value: null },
    code,
    ...(secrets ? { secrets } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** What was built has to fit the node like its own output. */
async function fitted(built: Performed | Promise<Performed>, check: Check): Promise<Performed> {
  const performed = await built;
  if ("error" in performed) return performed;
  try {
    return toPerformed(await checked(check, performed.value, outputRefused));
  } catch (error) {
    return toFailure(error);
  }
}

function playNode(node: Performable, call: AttemptCall, run: Performance): Performed | Promise<Performed> {
  const { clock, playable } = run;
  if (playable.elsewhere && node.kind === "task") return performElsewhere(node, call, run);
  let played: unknown;
  try {
    call.input = copyJson(call.step.input);
    played = play(node, call, run);
    if (!isThenable(played)) return toPerformed(played);
  } catch (error) {
    return toFailure(error);
  }
  const failing = node.kind === "agent" ? toAgentFailure : toFailure;
  const settled = Promise.resolve(played).then(toPerformed, failing);
  const timeoutMs = node.timeoutMs ?? ownTimeout(node, run);
  const isSureToEnd = node.kind === "shell" && run.source === undefined;
  const timely = timeoutMs === undefined ? settled : inTime(settled, call, { timeoutMs, clock, isSureToEnd });
  return node.kind === "agent" ? timely.then((performed) => withoutRetry(performed, call)) : timely;
}

/** What a tool has done is not done again: an attempt that called one with effects is the last. */
function withoutRetry(performed: Performed, { hasTakenEffect }: AttemptCall): Performed {
  if (!hasTakenEffect || !("error" in performed) || performed.isInterrupted) return performed;
  return { ...performed, error: { ...performed.error, isFinal: true } };
}

type Performable = TaskNode | AgentNode | HttpNode | ShellNode;

/** An agent has its own, for nodes that say none. */
function ownTimeout(node: Performable, { playable }: Performance): number | undefined {
  return node.kind === "agent" ? playable.plan.agents?.[node.agent]?.timeoutMs : undefined;
}
/** There everything is copied, and the time kept. */
function performElsewhere(
  node: TaskNode,
  call: AttemptCall,
  run: Performance,
): Performed | Promise<Performed> {
  try {
    call.input = call.step.input;
    if (node.secrets) call.openSecrets(secretsOf(node.secrets, run));
  } catch (error) {
    return toFailure(error);
  }
  return run.playable.elsewhere!.play(node, call);
}

function play(node: Performable, call: AttemptCall, run: Performance): unknown {
  const { code } = run.playable;
  switch (node.kind) {
    case "task":
      if (node.secrets) call.openSecrets(secretsOf(node.secrets, run));
      return playTask(node, call, code);
    case "agent":
      // Of tools, which nobody calls where an understudy answers.
      return askModel(node, call, run, run.source ? undefined : node.secrets && secretsOf(node.secrets, run));
    case "http":
    case "shell":
      return playOutside(node, call, run);
    default:
      return node satisfies never;
  }
}

/** Opens the secrets in the step's values, and tells the player which they are. */
async function playOutside(
  node: HttpNode | ShellNode,
  call: AttemptCall,
  run: Performance,
): Promise<unknown> {
  if (run.source) return askUnderstudy(node, call, run);
  const secrets = new Map<string, string>();
  const input = openSecrets(call.input, run.state.mark, (name) => {
    const value = secretOf(name, run);
    secrets.set(name, value);
    return value;
  });
  call.info = { ...call.info, asked: askedOf(call, run) };
  const { signal, idempotencyKey } = call;
  const { allowHosts, allowPrivate, root } = run.outside;
  const settings = { allowHosts, allowPrivate, root };
  const log: OutsideCall["log"] = (message, data) => call.log(message, data);
  const outside: OutsideCall = { input, signal, idempotencyKey, secrets, settings, log };
  // Loaded when a score has such a node: most have none.
  if (node.kind === "http")
    return (await import("../players/http/play-http.ts")).playHttp(node, outside, run.playable.code);
  return (await import("../players/shell/play-shell.ts")).playShell(node, outside);
}

function secretsOf(names: readonly string[], run: Performance): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, secretOf(name, run)]));
}

/** @throws MaestroError MR3021 when it is not there */
function secretOf(name: string, { outside, paying: { orchestra } }: Performance): string {
  const value = outside.secret(name, orchestra ?? undefined);
  if (value === undefined || value === "") throw new MaestroError("MR3021", { name });
  return value;
}

/**
 * The outcome, or a timeout: then the task's signal is set off, and whatever it still brings is too late. A program is
 * waited for until it is gone, so that the next attempt never works beside it; author code may never come to an end.
 */
function inTime(
  settled: Promise<Performed>,
  call: AttemptCall,
  {
    timeoutMs,
    clock,
    isSureToEnd,
  }: { readonly timeoutMs: number; readonly clock: Clock; readonly isSureToEnd: boolean },
): Promise<Performed> {
  return new Promise((resolve) => {
    const cancel = clock.after(timeoutMs, () => {
      const error = new MaestroError("MR3002", { timeoutMs });
      call.abort(error);
      if (!isSureToEnd) resolve({ error: toStepError(error) });
    });
    settled.then((performed) => {
      cancel();
      resolve(performed);
    });
  });
}

/** What an output comes to: also what a `derive` gives has to be JSON. */
export function toPerformed(value: unknown): Performed {
  const stored = toStored(value);
  return "found" in stored ? { error: toStepError(new MaestroError("MR3004", stored)) } : stored;
}

/** A net, for what a task gives or throws with a secret in it. */
function withoutSecrets(performed: Performed, redactor: Redactor): Performed {
  if ("json" in performed) {
    const value = redactor.value(performed.value);
    return { value, json: JSON.stringify(value) };
  }
  // Its fields are the author's to choose, the name of what was thrown like its message.
  const clean = Object.entries(performed.error).map(([field, said]) => [
    field,
    typeof said === "string" ? cutWithout(said, redactor) : said,
  ]);
  return { ...performed, error: Object.fromEntries(clean) };
}

/** Where it was cut, a part of a secret may be left. */
function cutWithout(text: string, redactor: Redactor): string {
  const isCut = text.length === LONGEST_MESSAGE + 1 && text.endsWith("…");
  return isCut ? `${redactor.cutText(text.slice(0, -1), "end")}…` : redactor.text(text);
}

function toFailure(error: unknown): Performed {
  const made = { error: toStepError(error) };
  if (made.error.code === "MR3076" && error instanceof MaestroError)
    return { ...made, breach: (error as MaestroError<"MR3076">).facts };
  return ElsewhereError.is(error) && error.isInterrupted ? { ...made, isInterrupted: true } : made;
}

/** With what would mend it: a key that is not set, a package that is not there, a server that is gone. */
function toAgentFailure(error: unknown): Performed {
  const made = toFailure(error);
  const hint = error instanceof MaestroError ? error.hint : undefined;
  return "error" in made && hint !== undefined
    ? { ...made, error: { ...made.error, hint: cut(hint) } }
    : made;
}

const LONGEST_MESSAGE = 4_000;

/** Whatever was thrown, as data: errors, strings, `null`, objects whose getters throw. */
export function toStepError(thrown: unknown): StepError {
  if (ElsewhereError.is(thrown)) return thrown.error;
  try {
    if (thrown instanceof MaestroError)
      return { code: thrown.code, message: cut(thrown.message), ...retryOf(thrown) };
    if (thrown instanceof Error) {
      const { code, facts } = {
        code: "MR3009" as const,
        facts: { name: String(thrown.name), detail: String(thrown.message) },
      };
      // A class that says no more than `extends Error` is known by its own name.
      const name = facts.name === "Error" ? thrown.constructor.name || facts.name : facts.name;
      const { message } = new MaestroError(code, facts);
      return {
        code,
        message: cut(message || facts.name),
        name: cut(name),
        ...(typeof thrown.stack === "string" ? { stack: cut(thrown.stack) } : {}),
      };
    }
    return {
      code: "MR3009",
      message: cut(`threw ${typeof thrown === "string" ? JSON.stringify(thrown) : String(thrown)}`),
    };
  } catch {
    return { code: "MR3009", message: "threw something that cannot be shown" };
  }
}

/** What is known of trying again: from the code, or from what a player says of this case. */
function retryOf({ code, facts }: MaestroError): Pick<StepError, "isFinal" | "retryAfterMs"> {
  const { isFinal } = catalogue[code] as Entry<never>;
  const { isTransient, retryAfterMs } = Object(facts) as { isTransient?: unknown; retryAfterMs?: unknown };
  return {
    ...(isFinal || isTransient === false ? { isFinal: true } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
  };
}

function cut(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}
