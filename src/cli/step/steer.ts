import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import type { PendingStep, Play, Playable, Stepped, Stepping } from "../../engine/index.ts";
import { outputCheckOf } from "../../engine/index.ts";
import { toValue } from "../../operations/to-value.ts";
import { nodeAt, schemaAt } from "../../plan/index.ts";
import { parseStored } from "../../store/parse-stored.ts";
import type { Store } from "../../store/store.ts";
import { nearest } from "../../support/nearest.ts";
import type { Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine, writeLines } from "../write-line.ts";
import { readJsonCommand, readTyped, STEP_HELP, type StepCommand } from "./read-command.ts";

/** Who steers, and with what. */
export interface Steering {
  readonly io: Io;
  readonly json: boolean;
  /** Who gives outputs and takes other cases. */
  readonly by: string;
  readonly playable: Playable;
  readonly store: Store;
}

/**
 * Plays a run step by step, as lines of standard input say, until it has come to its end or to rest. The end of the input
 * leaves the run as it is, to be resumed.
 */
export async function steer(play: Play, steering: Steering): Promise<void> {
  const { io, json } = steering;
  const stepping = play.stepping!;
  const lines = io.lines()[Symbol.asyncIterator]();
  if (!json) io.write(STEP_HELP);
  for (;;) {
    const pending = await stepping.pending();
    if (pending.length === 0) return;
    if (json) io.write(`${JSON.stringify({ type: "stepping.pending", run: play.id, steps: pending })}\n`);
    else prompt(pending, io);
    const { value: line, done } = await lines.next();
    if (done) return leave(play);
    try {
      const command = json ? readJsonCommand(line) : readTyped(line);
      if (command.do === "quit") return leave(play);
      if (command.do === "continue") return stepping.continue();
      say(await obey(command, pending, { ...steering, stepping, play }), steering);
    } catch (error) {
      if (!(error instanceof MaestroError || error instanceof UsageError)) throw error;
      refuse(error, steering);
    }
  }
}

function leave(play: Play): void {
  play.stop(new Error("whoever played it by steps has left"));
}

interface Obeying extends Steering {
  readonly stepping: Stepping;
  readonly play: Play;
}

/** What is shown of a step that nothing was done to. */
interface Shown {
  readonly step: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: unknown;
}

type Answer = Stepped | { readonly shown: Shown } | undefined;

async function obey(
  command: Exclude<StepCommand, { do: "quit" | "continue" }>,
  pending: readonly PendingStep[],
  steering: Obeying,
): Promise<Answer> {
  const { stepping, by, io } = steering;
  switch (command.do) {
    case "next":
      return stepping.next(command.step);
    case "inspect":
      return { shown: await inspect(command.step ?? pending[0]!.step, pending, steering) };
    case "override": {
      const value = "text" in command ? toOutput(command.step, command.text, steering) : command.value;
      return stepping.override(command.step, { value, by });
    }
    case "branch":
      return stepping.takeOther(command.step, { value: command.value, by });
    case "help":
      io.write(STEP_HELP);
      return undefined;
    default:
      return command satisfies never;
  }
}

async function inspect(
  step: string,
  pending: readonly PendingStep[],
  { store, play }: Obeying,
): Promise<Shown> {
  const held = pending.find((one) => one.step === step);
  if (held) return { step, input: held.input };
  const rows = (await store.stepsOf(play.id)).filter(
    ({ key, status }) => key === step && status !== "running",
  );
  const last = rows.at(-1);
  if (!last) {
    const held = pending.map((one) => one.step);
    throw new MaestroError("MR2025", { run: play.id, step, pending: held, guess: nearest(step, held) });
  }
  return {
    step,
    ...(last.output ? { output: parseStored(last.output, `step "${step}"`) } : {}),
    ...(last.error ? { error: parseStored(last.error, `step "${step}"`) } : {}),
  };
}

/** What was typed, as the step's schema understands it: `3` is a number only where one is wanted. */
function toOutput(step: string, text: string, { playable: { plan, code }, io }: Obeying): unknown {
  if (text.startsWith("@")) {
    try {
      return JSON.parse(readFileSync(resolve(io.cwd, text.slice(1)), "utf8"));
    } catch (error) {
      throw new UsageError(`${text.slice(1)} cannot be read: ${(error as Error).message}.`);
    }
  }
  const node = nodeAt(plan, step);
  const want = node && outputCheckOf(node, plan, code);
  return toValue(text, schemaAt(want?.schema, []));
}

function say(answer: Answer, { io, json }: Steering): void {
  if (!answer) return;
  if ("shown" in answer) {
    if (json) io.write(`${JSON.stringify({ type: "stepping.shown", ...answer.shown })}\n`);
    else writeLines(io, JSON.stringify(answer.shown, null, 2));
    return;
  }
  if (json) io.write(`${JSON.stringify({ type: "stepping.result", ...answer })}\n`);
  else if (answer.is === "completed") writeLine(io, `  → ${brief(answer.output)}`);
}

function refuse(error: MaestroError | UsageError, { io, json }: Steering): void {
  const { message, hint } = error;
  const code = error instanceof MaestroError ? { code: error.code } : {};
  if (json)
    io.write(
      `${JSON.stringify({ type: "stepping.refused", ...code, message, ...(hint ? { hint } : {}) })}\n`,
    );
  else writeLines(io, `${message}${hint ? `\n  hint: ${hint}` : ""}`);
}

function prompt([first, ...others]: readonly PendingStep[], io: Io): void {
  const { step, kind, input, attempt } = first!;
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  const given = kind === "branch" || kind === "switchOn" ? "takes" : "is given";
  writeLine(io, `next: ${step} (${kind}${again}) ${given} ${brief(input)}`);
  if (others.length > 0) writeLine(io, `  also: ${others.map((one) => one.step).join(", ")}`);
  if (io.isTerminal) io.write("step> ");
}

const LONGEST = 200;

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
