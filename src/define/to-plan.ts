import type { Body, Code, Condition, JsonSchema, Plan, PlanNode } from "../plan/index.ts";
import { HIDDEN } from "../plan/index.ts";
import { isSchema, toCheck, toJsonSchema, toLooseSchema, toPathText, wayToProblem } from "./check.ts";
import type { AgentRecord } from "./define-agent.ts";
import type { ScoreRecord } from "./define-score.ts";
import { describe, idText } from "./describe.ts";
import type { Finding } from "./finding.ts";
import {
  type AnyRoot,
  calledOf,
  type InputRoot,
  isValue,
  type NodeRecord,
  nodeRecord,
  type ScopeRecord,
} from "./record.ts";
import { refInfo } from "./ref.ts";
import type { Site } from "./site.ts";
import { type Taking, takingsOf } from "./takes.ts";
import { toCondition, toExpr } from "./to-expr.ts";
import { toPlanNode } from "./to-plan-node.ts";
import { whyNoName } from "./why-no-name.ts";
import { allowGaps } from "./write/allow-gaps.ts";
import { CodeBook } from "./write/code-book.ts";
import { harmonyRecords } from "./write/harmony.ts";
import { runLimits } from "./write/run-limits.ts";
import { duration, oneOfWords, type Writing } from "./write/writing.ts";

const DEFAULT_CONCURRENCY = 64;
/** Where the nodes of `onError` stand among the sites. */
const HANDLER = `${HIDDEN}onError/`;
/** Stands in where a loop's condition could not be read; the finding says so. */
const ALWAYS: Condition = { is: "all", of: [] };

/** What a score compiles to: the plan, the code it refers to, where each node was built, and what is wrong with it. */
export interface Compiled {
  readonly plan: Plan;
  readonly code: Code;
  /** By the node's path from the root, `drafts/letter`. */
  readonly sites: ReadonlyMap<string, readonly Site[]>;
  readonly findings: readonly Finding[];
  /** What is accepted where values are passed on, by the path of the node: the plan holds only what is given. `""` is the score itself. */
  readonly inputs: ReadonlyMap<string, JsonSchema>;
  /** The scores that its nodes play, by id. */
  readonly scores: ReadonlyMap<string, ScoreRecord>;
  /** Where the schemas of a node stand that it has from a `defineTask` or a `defineAgent`; of `""` the `input()`. */
  readonly definitions: ReadonlyMap<string, readonly Site[]>;
  /** Every node the score reaches, listed or read. */
  readonly reached: ReadonlySet<NodeRecord>;
  /** Every agent it uses, as its author wrote it. */
  readonly agents: readonly AgentRecord[];
}

/**
 * Compiles what an author wrote. Deterministic: the same module gives the same plan, and code indices that fit it.
 * With findings of severity error the plan is not fit to be played.
 */
export function toPlan(score: ScoreRecord): Compiled {
  const writer = new PlanWriter(score);
  return writer.write();
}

/** One scope being written: which records have which names in it. */
interface Frame {
  readonly scope: ScopeRecord | undefined;
  readonly names: Map<NodeRecord, string>;
  readonly nodes: Record<string, PlanNode>;
  readonly prefix: string;
  readonly parent: Frame | undefined;
  /** Hidden nodes that have a name and are not written yet: a queue, so that a long chain of them needs no deep stack. */
  readonly pending: [string, NodeRecord][];
  hidden: number;
}

class PlanWriter implements Writing {
  readonly findings: Finding[] = [];
  readonly #score: ScoreRecord;
  readonly book = new CodeBook();
  readonly #sites = new Map<string, readonly Site[]>();
  readonly #inputs = new Map<string, JsonSchema>();
  readonly #definitions = new Map<string, readonly Site[]>();
  readonly #reached = new Set<NodeRecord>();
  readonly #inputRoot: InputRoot | undefined;
  #frame: Frame | undefined;

  constructor(score: ScoreRecord) {
    this.#score = { ...score, id: idText(score.id) };
    const info = refInfo(score.input);
    this.#inputRoot = info?.root.is === "input" ? (info.root as InputRoot) : undefined;
  }

  write(): Compiled {
    const { id, title, concurrency = DEFAULT_CONCURRENCY } = this.#score;
    const reader = `The output of "${id}"`;
    let onError: Body | undefined;
    const body = this.#writeBody(undefined, this.#score.nodes, this.#score.output ?? {}, reader, "", {
      inside: () => {
        onError = this.#writeHandler();
        const place = { reader: `"${id}"`, sites: this.#score.sites, path: ["harmony"] };
        for (const record of harmonyRecords(this.#score.harmony, place, this))
          this.#addHidden(this.#frame!, record);
      },
    });
    const schema = this.#inputRoot?.schema;
    if (this.#inputRoot) this.#noteTaking("", this.#inputRoot);
    const inputSchema = schema && toJsonSchema(schema, "input");
    if (inputSchema && "problem" in inputSchema) {
      const way = wayToProblem(schema!, "input");
      const whole = `the input of "${id}"`;
      this.report({
        code: "MS2109",
        facts: {
          where: way.length > 0 ? `\`${toPathText(way)}\` in ${whole}` : whole,
          detail: inputSchema.problem,
        },
        sites: this.#inputRoot!.sites,
        ...(way.length > 0 ? { path: [0, ...way] } : {}),
      });
    }
    if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 10_000) {
      this.report({
        code: "MS3001",
        facts: {
          what: `\`concurrency\` of "${id}"`,
          found: String(concurrency),
          reason: "it has to be a whole number from 1 to 10,000",
        },
        sites: this.#score.sites,
        path: ["concurrency"],
      });
    }
    const timeoutMs = this.#timeoutMs();
    const limits = runLimits(this.#score, this);
    const said = this.#said();
    const agents = this.book.agents();
    return {
      plan: {
        format: 1,
        score: id,
        ...(title === undefined ? {} : { title }),
        ...(inputSchema && "schema" in inputSchema ? { input: inputSchema.schema } : {}),
        body,
        concurrency,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...limits,
        ...said,
        ...(onError ? { onError } : {}),
        ...(agents ? { agents } : {}),
      },
      code: this.book.toCode(schema && toCheck(schema)),
      sites: this.#sites,
      findings: this.findings,
      inputs: this.#inputs,
      scores: this.book.scores,
      definitions: this.#definitions,
      reached: this.#reached,
      agents: this.book.usedAgents(),
    };
  }

  report(finding: Finding): void {
    this.findings.push(finding);
  }

  listedNames(): readonly string[] {
    return [...this.#frame!.names.values()].filter((name) => !name.startsWith(HIDDEN));
  }

  /** Every case that an `is(…)` of this switch names: `otherwise` is the rest. */
  casesOf(node: NodeRecord): readonly (string | number | boolean)[] {
    return [...new Set(node.options.named as (string | number | boolean)[])];
  }

  /** Is it this score's input? */
  isOwnInput(root: InputRoot): boolean {
    return root === this.#inputRoot;
  }

  /** How many scopes up `scope` is from the one being written, or `undefined` when it does not enclose it. */
  levelsTo(scope: ScopeRecord | undefined): number | undefined {
    let up = 0;
    for (let frame = this.#frame; frame; frame = frame.parent, up++) {
      if (frame.scope === scope) return up;
    }
    return undefined;
  }

  /**
   * The name of `record`, and how many scopes up it stands. A derive, text or oneOf that was not listed is given
   * a hidden one in the scope it was built in.
   */
  nameOf(record: NodeRecord): { readonly name: string; readonly up: number } | undefined {
    this.#reached.add(record);
    let up = 0;
    for (let frame = this.#frame; frame; frame = frame.parent, up++) {
      const name = frame.names.get(record);
      if (name !== undefined) return { name, up };
      if (frame.scope === record.scope && isValue(record))
        return { name: this.#addHidden(frame, record), up };
    }
    return undefined;
  }

  writeMapBody(record: NodeRecord, name: string): Body {
    const { scope, result } = record.body!;
    const prefix = `${this.#frame!.prefix}${name}/`;
    if (nodeRecord(result)) {
      const output = (result as { output: unknown }).output;
      return { ...this.#writeBody(scope, { each: result }, output, `"${name}"`, prefix), single: true };
    }
    const { nodes = {}, output } = (result ?? {}) as { nodes?: Record<string, unknown>; output?: unknown };
    return this.#writeBody(scope, nodes, output ?? null, `The output of "${name}"`, prefix, {
      sites: record.sites,
    });
  }

  writeLoopBody(record: NodeRecord, name: string): { readonly body: Body; readonly until: Condition } {
    const { scope, result } = record.body!;
    const {
      nodes = {},
      next,
      until,
    } = (result ?? {}) as {
      nodes?: Record<string, unknown>;
      next?: unknown;
      until?: unknown;
    };
    const { sites } = record;
    let condition: Condition | undefined;
    const body = this.#writeBody(scope, nodes, next, `"${name}"`, `${this.#frame!.prefix}${name}/`, {
      sites,
      outputAt: "next",
      inside: () => {
        const place = { reader: `"${name}"`, sites, path: ["until"] };
        condition = toCondition(refInfo(until), place, this);
      },
      until: () => condition,
    });
    return { body, until: condition ?? ALWAYS };
  }

  /** The inside of `onError`. */
  #writeHandler(): Body | undefined {
    const { handler, id } = this.#score;
    if (!handler) return undefined;
    const { scope, result } = handler;
    const single = nodeRecord(result);
    const nodes = single ? { each: result } : ((result as { nodes?: Record<string, unknown> })?.nodes ?? {});
    const body = this.#writeBody(scope, nodes, null, `The onError of "${id}"`, HANDLER);
    return single ? { ...body, single: true } : body;
  }

  #timeoutMs(): number | undefined {
    const { id, timeout, sites } = this.#score;
    if (timeout === undefined) return undefined;
    return duration(timeout, "timeout", { reader: `"${id}"`, sites, path: ["timeout"] }, this);
  }

  /** What it says of itself in one word. */
  #said(): Pick<Plan, "kind" | "risk"> {
    const { id, kind, risk, sites } = this.#score;
    const at = (...path: (string | number)[]) => ({ reader: `"${id}"`, sites, path });
    const use = oneOfWords(kind, "kind", ["outreach", "content", "seo"], at, this);
    const known = oneOfWords(risk, "risk", ["low", "normal", "high"], at, this);
    return {
      ...(use === undefined ? {} : { kind: use }),
      ...(known === undefined || known === "normal" ? {} : { risk: known }),
    };
  }

  #writeBody(
    scope: ScopeRecord | undefined,
    listed: Readonly<Record<string, unknown>>,
    output: unknown,
    reader: string,
    prefix: string,
    rest: {
      readonly sites?: readonly Site[];
      /** The option that says what comes out. */
      readonly outputAt?: "output" | "next";
      /** Writes what else reads this scope's nodes. */
      readonly inside?: () => void;
      /** What `inside` wrote of a loop's condition. */
      readonly until?: () => Condition | undefined;
    } = {},
  ): Body {
    const frame: Frame = {
      scope,
      names: new Map(),
      nodes: {},
      prefix,
      parent: this.#frame,
      pending: [],
      hidden: 0,
    };
    this.#frame = frame;
    const { sites = this.#score.sites, outputAt = "output" } = rest;
    const own: [string, NodeRecord][] = [];
    for (const [name, value] of Object.entries(listed)) {
      const record = listedRecord(value);
      if (!record) {
        this.report({
          code: "MS1105",
          facts: { key: name, found: describe(value) },
          sites,
          path: ["nodes", name],
        });
        continue;
      }
      const earlier = frame.names.get(record);
      if (earlier !== undefined) {
        this.report({
          code: "MS1104",
          facts: { first: earlier, second: name },
          sites,
          path: ["nodes", name],
          others: [{ sites, path: ["nodes", earlier], label: "the first time" }],
        });
        continue;
      }
      const reason = whyNoName(name);
      if (reason !== undefined) {
        this.report({
          code: "MS1102",
          facts: { what: "node", id: name, reason },
          sites,
          path: ["nodes", name],
        });
      }
      if (record.scope !== scope) {
        this.report({
          code: "MS2002",
          facts: { reader: "`nodes`", node: `"${name}"` },
          sites,
          path: ["nodes", name],
        });
      }
      frame.names.set(record, name);
      own.push([name, record]);
    }
    if (own.length === 0)
      this.report({ code: "MS2009", facts: { score: this.#score.id }, sites, path: ["nodes"] });

    for (const [name, record] of own) this.#addNode(frame, name, record);
    const outputExpr = toExpr(output, { reader, sites, path: [outputAt] }, this);
    rest.inside?.();
    for (let next = frame.pending.shift(); next; next = frame.pending.shift()) this.#addNode(frame, ...next);
    this.#frame = frame.parent;
    return allowGaps({ nodes: inListedOrder(frame.nodes, own), output: outputExpr }, rest.until?.());
  }

  #addNode(frame: Frame, name: string, record: NodeRecord): void {
    this.#reached.add(record);
    this.#sites.set(frame.prefix + name, record.sites);
    const current = this.#frame;
    this.#frame = frame;
    frame.nodes[name] = toPlanNode(record, name, this);
    for (const { below, ...taking } of takingsOf(record))
      this.#noteTaking(frame.prefix + name + below, taking);
    this.#frame = current;
  }

  #noteTaking(path: string, { schema, sites, side = "input" }: Omit<Taking, "below">): void {
    const accepted = isSchema(schema) ? toLooseSchema(schema, side) : undefined;
    if (accepted) this.#inputs.set(path, accepted);
    if (sites) this.#definitions.set(path, sites);
  }

  #addHidden(frame: Frame, record: NodeRecord): string {
    const name = `${HIDDEN}${calledOf(record)}${++frame.hidden}`;
    frame.names.set(record, name);
    frame.pending.push([name, record]);
    return name;
  }
}

/** What was listed: a node, or a derive, text or oneOf, whose authors hold the reference itself. */
function listedRecord(value: unknown): NodeRecord | undefined {
  const record = nodeRecord(value);
  if (record) return record;
  const info = refInfo(value);
  const root = info?.root as AnyRoot | undefined;
  return root?.is === "output" && info!.path.length === 0 && isValue(root.node) ? root.node : undefined;
}

/** The author's order, whatever order reading one another made them in; hidden ones last. */
function inListedOrder(
  nodes: Record<string, PlanNode>,
  own: readonly [string, NodeRecord][],
): Record<string, PlanNode> {
  const ordered: Record<string, PlanNode> = {};
  for (const [name] of own) ordered[name] = nodes[name]!;
  return Object.assign(ordered, nodes);
}
