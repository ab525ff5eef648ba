import type { ts as TS } from "ts-morph";
import { toHash } from "../../plan/hash.ts";
import { type CodeModule, parseCode } from "./code-module.ts";

/** What a plan does not say of one node: hashes of its functions and of its schemas' own code, with all they reach. */
export interface NodeCode {
  readonly runs: string;
  readonly inputChecks: string;
  readonly outputChecks: string;
}

/** The parts of a score that are code. */
export interface ScoreCode {
  /** By the key of the node; what a map or a loop plays is part of it. */
  readonly nodes: ReadonlyMap<string, NodeCode>;
  readonly onError: NodeCode | undefined;
  readonly input: string;
}

/** The parts of an agent that are code. */
export interface AgentCode {
  readonly instructions: { readonly hash: string; readonly lines: readonly string[] };
  readonly input: string;
  readonly output: string;
  readonly tools: string;
}

/**
 * The parts of a bundled score, or `undefined` when its nodes are not written out where they can be found.
 * @param agents ids of those that are compared by themselves: they are no part of the nodes that ask them
 */
export async function toScoreCode(
  readable: string,
  agents: ReadonlySet<string>,
): Promise<ScoreCode | undefined> {
  const module = await parseCode(readable);
  const score = module.defaultFields("defineScore");
  const nodes = module.fields(score?.get("nodes"));
  if (!score || !nodes) return undefined;
  const [input, onError] = [score.get("input"), score.get("onError")];
  const read = (node: TS.Node) => new NodeReader(module, nodes, agents).read(node);
  return {
    nodes: new Map([...nodes].map(([key, node]) => [key, read(node)])),
    onError: onError && read(onError),
    input: toHash(input ? module.reached(input) : ""),
  };
}

/** The parts of a bundled agent, or `undefined` when its definition is not written out. */
export async function toAgentCode(readable: string): Promise<AgentCode | undefined> {
  const module = await parseCode(readable);
  const agent = module.defaultFields("defineAgent");
  if (!agent) return undefined;
  const textOf = (field: string) => toHash(agent.has(field) ? module.reached(agent.get(field)!) : "");
  const instructions = agent.get("instructions");
  return {
    instructions: { hash: textOf("instructions"), lines: instructions ? module.linesOf(instructions) : [] },
    input: textOf("input"),
    output: textOf("output"),
    tools: toHash(textOf("tools") + textOf("skills")),
  };
}

/** Under which option nodes of a kind keep the schema of what they give. */
const SCHEMA_OPTIONS: Readonly<Record<string, string>> = {
  http: "response",
  loop: "state",
  checkpoint: "decision",
  artifact: "schema",
};

/** Finds the functions and schemas of one node. What they are bound to is in the plan, and not looked at. */
class NodeReader {
  readonly #module: CodeModule;
  /** What the score's other nodes stand for: reading one is no part of this one. */
  readonly #listed: ReadonlySet<TS.Node>;
  readonly #agents: ReadonlySet<string>;
  readonly #seen = new Set<TS.Node>();
  readonly #parts = { runs: [] as string[], inputChecks: [] as string[], outputChecks: [] as string[] };

  constructor(module: CodeModule, nodes: ReadonlyMap<string, TS.Node>, agents: ReadonlySet<string>) {
    this.#module = module;
    this.#agents = agents;
    this.#listed = new Set([...nodes.values()].map((node) => module.follow(node)));
  }

  read(node: TS.Node): NodeCode {
    const own = this.#module.follow(node);
    this.#seen.add(own);
    this.#look(own);
    const { runs, inputChecks, outputChecks } = this.#parts;
    const hash = (texts: readonly string[]) => toHash(texts.join("\n"));
    return { runs: hash(runs), inputChecks: hash(inputChecks), outputChecks: hash(outputChecks) };
  }

  #look(node: TS.Node): void {
    const module = this.#module;
    if (module.isDeclared(node)) {
      const declared = module.follow(node);
      if (this.#listed.has(declared) || this.#seen.has(declared)) return;
      this.#seen.add(declared);
      this.#look(declared);
    } else if (module.isCall(node)) this.#call(node);
    else module.eachChild(node, (child) => this.#look(child));
  }

  #call(call: TS.CallExpression): void {
    const [first, second] = call.arguments;
    const callee = this.#module.callee(call);
    switch (callee) {
      case "task":
        if (first && second) {
          this.#definition(first);
          this.#look(second);
        } else if (first) this.#inPlace(first);
        return;
      case "derive":
        if (first) this.#look(first);
        if (second) this.#parts.runs.push(this.#module.reached(second));
        return;
      case "asJson":
      case "frontMatter":
        if (first) this.#look(first);
        if (second) this.#parts.outputChecks.push(this.#module.reached(second));
        return;
      case "http":
      case "loop":
      case "checkpoint":
      case "artifact":
        this.#options(call, SCHEMA_OPTIONS[callee]!);
        return;
      // Given as a gate's judge or as what rebuilds an output.
      case "defineTask":
        this.#parts.runs.push(this.#module.reached(call));
        return;
      case "defineAgent":
        this.#agent(call);
        return;
      // Another score is compared by itself.
      case "defineScore":
        return;
      default:
        // A helper that builds nodes: what it builds is looked at, and what it is given.
        this.#module.eachChild(call, (child) => this.#look(child));
    }
  }

  #options(call: TS.CallExpression, schema: string): void {
    const fields = this.#module.fields(call.arguments[0]);
    if (!fields) this.#module.eachChild(call, (child) => this.#look(child));
    for (const [name, value] of fields ?? []) {
      if (name === schema) this.#parts.outputChecks.push(this.#module.reached(value));
      else this.#look(value);
    }
  }

  /** Only the functions of one that stands in no file of its own: the plan has the rest. */
  #agent(call: TS.CallExpression): void {
    const module = this.#module;
    const fields = module.fields(call.arguments[0]);
    const id = fields?.get("id");
    if (!fields || (id && this.#agents.has(module.textOf(id) ?? ""))) return;
    const [instructions, tools, skills] = ["instructions", "tools", "skills"].map((name) => fields.get(name));
    if (instructions && module.textOf(instructions) === undefined)
      this.#parts.runs.push(module.reached(instructions));
    if (tools) this.#parts.runs.push(module.reached(tools));
    if (skills) this.#parts.runs.push(module.reached(skills));
  }

  /** A task that was written in place: what it is bound to is in the plan. */
  #inPlace(options: TS.Node): void {
    const fields = this.#module.fields(options);
    if (!fields) {
      this.#parts.runs.push(this.#module.reached(options));
      return;
    }
    for (const [name, value] of fields) {
      if (name === "run") this.#parts.runs.push(this.#module.reached(value));
      else if (name === "output") this.#parts.outputChecks.push(this.#module.reached(value));
      else this.#look(value);
    }
  }

  #definition(definition: TS.Node): void {
    const module = this.#module;
    const call = module.definition(definition);
    const fields =
      call && module.callee(call) === "defineTask" ? module.fields(call.arguments[0]) : undefined;
    if (!fields) {
      this.#parts.runs.push(module.reached(definition));
      return;
    }
    for (const [name, value] of fields) {
      if (name === "run") this.#parts.runs.push(module.reached(value));
      if (name === "input") this.#parts.inputChecks.push(module.reached(value));
      if (name === "output") this.#parts.outputChecks.push(module.reached(value));
    }
  }
}
