import { type Elsewhere, ElsewhereError } from "../../engine/elsewhere.ts";
import type {
  AgentCode,
  Check,
  Checked,
  Code,
  TaskCall,
  TaskCode,
  TaskNode,
  ToolCode,
  ToolCodeCall,
} from "../../plan/index.ts";
import type { AgentFacts, ScoreFacts, ToolFacts } from "./protocol.ts";

/** Calls a function of a score in a child. */
export type CallElsewhere = (
  path: string,
  values: readonly unknown[],
  /** Of what may take its time. */
  tool?: Pick<ToolCodeCall, "signal" | "secrets"> & Pick<ToolCode, "effects">,
) => Promise<unknown>;

/** Functions that stand for those of a score: each asks a child, and gives a promise. */
export function toStandIns(
  { hasInput, tasks, checks, derives, agents }: ScoreFacts,
  elsewhere: Elsewhere,
  call: CallElsewhere,
): Code {
  const toCheck =
    (path: string): Check =>
    (value) =>
      call(path, [value]) as Promise<Checked>;
  return {
    checkInput: hasInput ? toCheck("checkInput") : undefined,
    tasks: tasks.map((isChecked, code): TaskCode => {
      const run = (given: TaskCall) => runElsewhere(code, given, elsewhere);
      return isChecked ? { run, checkOutput: toCheck(`tasks/${code}/checkOutput`) } : { run };
    }),
    derives: Array.from(
      { length: derives },
      (_, code) =>
        (...values: unknown[]) =>
          call(`derives/${code}`, values),
    ),
    agents: agents.map((facts, place) => toAgent(facts, `agents/${place}`, { call, toCheck })),
    checks: checks.map((isThere, code) => (isThere ? toCheck(`checks/${code}`) : undefined)),
  };
}

interface Ways {
  readonly call: CallElsewhere;
  readonly toCheck: (path: string) => Check;
}

function toAgent(
  { hasInstructions, hasInput, hasOutput, tools }: AgentFacts,
  path: string,
  { call, toCheck }: Ways,
): AgentCode {
  return {
    ...(hasInstructions ? { instructions: (input) => call(`${path}/instructions`, [input]) } : {}),
    ...(hasInput ? { checkInput: toCheck(`${path}/checkInput`) } : {}),
    ...(hasOutput ? { checkOutput: toCheck(`${path}/checkOutput`) } : {}),
    tools: tools.map((facts, place) => toTool(facts, `${path}/tools/${place}`, { call, toCheck })),
  };
}

function toTool(
  { hasOutput, hasRefusal, ...facts }: ToolFacts,
  path: string,
  { call, toCheck }: Ways,
): ToolCode {
  return {
    ...facts,
    checkInput: toCheck(`${path}/checkInput`),
    ...(hasOutput ? { checkOutput: toCheck(`${path}/checkOutput`) } : {}),
    ...(hasRefusal
      ? { refusal: (input) => call(`${path}/refusal`, [input]) as Promise<string | undefined> }
      : {}),
    run: ({ input, secrets, idempotencyKey, signal }) =>
      call(`${path}/run`, [input, { secrets, idempotencyKey }], { signal, secrets, effects: facts.effects }),
  };
}

/** A task that somebody calls beside its step. */
async function runElsewhere(code: number, given: TaskCall, elsewhere: Elsewhere): Promise<unknown> {
  const { input, secrets, attempt, escalation, idempotencyKey, signal, log, progress } = given;
  const performed = await elsewhere.play({ code } as TaskNode, {
    input,
    secrets,
    attempt,
    escalation,
    idempotencyKey,
    log,
    progress,
    whenAborted(act) {
      if (signal.aborted) act(signal.reason as Error);
      else signal.addEventListener("abort", () => act(signal.reason as Error), { once: true });
    },
  });
  if ("json" in performed) return performed.value;
  throw new ElsewhereError(performed.error, performed);
}
