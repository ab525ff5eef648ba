import type { HttpNode, JsonSchema, ShellNode } from "../../plan/index.ts";
import type { ToolResult } from "../models/memory.ts";
import { sample } from "./sample.ts";
import type { Answer, Brought, OfferedTool, Question, Role, ToolUsed, Understudy } from "./understudy.ts";

const NOTHING_USED = { input: 0, output: 0, cached: 0, reasoning: 0 };

/** Answers everything with a sample that fits, decided by the schema, the seed and who asks. */
export class Rehearsal implements Understudy {
  readonly is = "rehearsal";
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Each tool is called once, so that what they are given is seen; then there is an answer. */
  answer({ said, schema, tools }: Question, role: Role): Answer {
    const isFirst = !said.some(({ by }) => by === "model");
    if (isFirst && tools.length > 0) {
      const calls = tools.map((tool, i) => this.#call(tool, i, role));
      return { text: "", calls, finish: "tool-calls", usage: NOTHING_USED };
    }
    // An answer that was not taken is followed by another.
    const seed = [this.#seed, role.step, role.agent, said.length] as const;
    const value = schema ? sample(schema, ...seed) : sample(role.output ?? { type: "string" }, ...seed);
    const text = typeof value === "string" && !schema ? value : JSON.stringify(content(value, role));
    return { text, calls: [], finish: "stop", usage: NOTHING_USED };
  }

  tool({ tool }: ToolUsed): ToolResult {
    return { output: `a sample of what ${tool} gives` };
  }

  outside(node: HttpNode | ShellNode, _asked: unknown, { step }: Pick<Role, "step">): Brought {
    if (node.kind === "shell") return { output: { exitCode: 0, stdout: "", stderr: "" } };
    const isEmpty = node.method === "HEAD" || node.output === undefined;
    return { output: isEmpty ? null : sample(node.output!, this.#seed, step) };
  }

  #call({ name, input }: OfferedTool, i: number, { step, agent }: Role) {
    return {
      id: `call_${i}`,
      tool: name,
      input: JSON.stringify(sample(input, this.#seed, step, agent, name)),
    };
  }
}

/** A judge is content: what a score does after a verdict it does not like is for a cassette. */
function content(value: unknown, { isJudge, output }: Role): unknown {
  const isVerdict = isJudge && typeof value === "object" && value !== null && "score" in value;
  if (!isVerdict) return value;
  const { maximum } = ((output?.properties as { score?: JsonSchema } | undefined)?.score ?? {}) as {
    maximum?: number;
  };
  return { ...value, score: Math.min(1, maximum ?? 1) };
}
