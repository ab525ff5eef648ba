import { z } from "zod";
import type { Code } from "../../../src/diagnostics/index.ts";
import {
  agent,
  artifact,
  defineTask,
  env,
  fallback,
  gt,
  http,
  map,
  score,
  secret,
  shell,
  task,
  text,
} from "../../../src/index.ts";
import { type Held, type Hooks, judge, type Options, step, writer } from "./draw-score.ts";

/** A mistake that is made in a valid score, and the code it has to be reported with. */
export interface Mutation {
  readonly mutation: string;
  readonly code: Code;
  readonly hooks: () => Hooks;
}

type Built = ReadonlyMap<string, Held>;
// biome-ignore lint/suspicious/noExplicitAny: a mistake is what types would not allow
type Wrong = any;

/** Changes the options of one node. */
function of(node: string, change: (options: Options, built: Built) => Options): () => Hooks {
  return () => ({
    options: (name, options, built) => (name === node ? { ...options, ...change(options, built) } : options),
  });
}
/** Lists more nodes. */
function listing(more: (built: Built) => Record<string, unknown>): () => Hooks {
  return () => ({ nodes: (nodes, built) => ({ ...nodes, ...more(built) }) });
}
const output = (built: Built, name: string): Wrong => built.get(name)!.node.output;
const node = (built: Built, name: string): Wrong => built.get(name)!.node;
const taking = (change: (built: Built) => Options) =>
  of("told", ({ input }, built) => ({ input: { ...(input as Options), ...change(built) } }));
const mail = defineTask({
  id: "mail",
  input: z.object({ to: z.email() }),
  output: z.object({ ok: z.boolean() }),
  run: () => ({ ok: true }),
});

/** Every kind of mistake that the compiler finds in a graph, made in one way each. */
export const mutations: readonly Mutation[] = [
  {
    mutation: "two agents have one id",
    code: "MS1101",
    hooks: () => ({ agent: (fields) => ({ ...fields, id: "writer" }) }),
  },
  {
    mutation: "a node's name has a dot",
    code: "MS1102",
    hooks: listing(() => ({ "a.b": task(step, { input: { n: 1, text: "x" } }) })),
  },
  {
    mutation: "a node is listed under two names",
    code: "MS1104",
    hooks: listing((built) => ({ again: node(built, "first") })),
  },
  { mutation: "a number is listed", code: "MS1105", hooks: listing(() => ({ seven: 7 })) },
  {
    mutation: "a reference is put into a JavaScript string",
    code: "MS1210",
    hooks: taking((built) => ({ text: `Hi ${output(built, "first").text}` })),
  },
  {
    mutation: "a reference is assigned to",
    code: "MS1211",
    hooks: taking((built) => {
      output(built, "first").n = 2;
      return {};
    }),
  },
  {
    mutation: "a method of a reference is called",
    code: "MS1212",
    hooks: taking((built) => ({ text: output(built, "first").text.trim() })),
  },
  {
    mutation: "a node that others read is not listed",
    code: "MS2001",
    hooks: () => ({ nodes: ({ first: _, ...rest }) => rest }),
  },
  {
    mutation: "a node inside a map is listed outside",
    code: "MS2002",
    hooks: () => {
      let inner: unknown;
      return {
        options: (name, options) =>
          name === "each"
            ? {
                ...options,
                each: (item: Wrong, index: Wrong) => {
                  inner ??= task(step, { input: { n: index, text: item } });
                  return inner;
                },
              }
            : options,
        nodes: (nodes) => ({ ...nodes, inner }),
      };
    },
  },
  {
    mutation: "the first node is ordered after one that reads it",
    code: "MS2003",
    hooks: () => {
      const after: unknown[] = [];
      return {
        options: (name, options) => (name === "first" ? { ...options, after } : options),
        nodes: (nodes, built) => {
          after.push(node(built, "told"));
          return nodes;
        },
      };
    },
  },
  {
    mutation: "the score plays itself",
    code: "MS2004",
    hooks: () => {
      let self: unknown;
      return {
        nodes: (nodes) => ({
          ...nodes,
          itself: score((() => self) as Wrong, { input: { n: 1, text: "x", repository: "." } }),
        }),
        whole: (made) => {
          self = made;
        },
      };
    },
  },
  {
    mutation: "a node on no reads one that is played on yes",
    code: "MS2005",
    hooks: of("told", ({ input }, built) => ({
      when: node(built, "way").no,
      input: { ...(input as Options), n: output(built, "guarded").n },
    })),
  },
  {
    mutation: "a node is built and not used",
    code: "MS2006",
    hooks: taking(() => {
      task(step, { input: { n: 1, text: "x" } });
      return {};
    }),
  },
  {
    mutation: "a model is asked and nobody reads what it says",
    code: "MS2007",
    hooks: listing(() => ({ lonely: agent(writer, { input: { n: 1, text: "x" } }) })),
  },
  {
    mutation: "a node is ordered after one that it reads",
    code: "MS2008",
    hooks: of("told", ({ input }, built) => ({
      after: [node(built, "first")],
      input: { ...(input as Options), n: output(built, "first").n },
    })),
  },
  { mutation: "no node is listed", code: "MS2009", hooks: () => ({ nodes: () => ({}) }) },
  {
    mutation: "there are 201 more nodes",
    code: "MS2010",
    hooks: listing(() =>
      Object.fromEntries(
        Array.from({ length: 201 }, (_, i) => [`more${i}`, task(step, { input: { n: i, text: "x" } })]),
      ),
    ),
  },
  {
    mutation: "a number is bound where text is expected",
    code: "MS2101",
    hooks: taking((built) => ({ text: output(built, "first").n })),
  },
  {
    mutation: "a field is misspelt",
    code: "MS2102",
    hooks: taking((built) => ({ text: output(built, "first").txt })),
  },
  {
    mutation: "a literal is not one of the choices",
    code: "MS2103",
    hooks: of("first", ({ input }) => ({ input: { ...(input as Options), kind: "d" } })),
  },
  {
    mutation: "a required input is left out",
    code: "MS2104",
    hooks: of("first", ({ input }) => ({ input: { n: (input as Options).n } })),
  },
  {
    mutation: "an optional field is bound where a value is required",
    code: "MS2105",
    hooks: taking((built) => ({ text: output(built, "first").note })),
  },
  {
    mutation: "any text is bound where an address is expected",
    code: "MS2106",
    hooks: listing((built) => ({
      mailed: task(mail, { input: { to: output(built, "first").text } }),
    })),
  },
  { mutation: "a Map is bound", code: "MS2107", hooks: taking(() => ({ text: new Map() })) },
  {
    mutation: "a response may be anything",
    code: "MS2108",
    hooks: listing(() => ({
      loose: http({ method: "PUT", url: "https://api.example.com/x", response: z.any() }),
    })),
  },
  {
    mutation: "an output is a date",
    code: "MS2109",
    hooks: listing(() => ({ dated: task({ output: z.date(), run: () => new Date(0) }) })),
  },
  {
    mutation: "a case is misspelt",
    code: "MS2201",
    hooks: of("sort", () => ({ cases: ["a", "bb"] })),
  },
  {
    mutation: "a case is forgotten",
    code: "MS2202",
    hooks: of("sort", () => ({ otherwise: undefined })),
  },
  {
    mutation: "a node is ordered after one that may be skipped",
    code: "MS2203",
    hooks: of("told", (_, built) => ({ after: [node(built, "guarded")] })),
  },
  {
    mutation: "a guarded node is read without a guard",
    code: "MS2204",
    hooks: taking((built) => ({ n: output(built, "guarded").n })),
  },
  {
    mutation: "a loop's condition looks at what it never changes",
    code: "MS2205",
    hooks: () => {
      let first: Wrong;
      return {
        options: (name, options, built) => {
          if (name === "round") first = output(built, "first").n;
          return options;
        },
        turn: (given) => ({ ...given, until: gt(first, 5) }),
      };
    },
  },
  {
    mutation: "a map asks a model for every item of a list without end",
    code: "MS2206",
    hooks: listing((built) => {
      const long = task({
        input: {},
        output: z.object({ items: z.array(z.string()) }),
        run: () => ({ items: [] }),
      });
      const wide = map({
        over: long.output.items,
        maxItems: 5_000,
        each: (item) => agent(writer, { input: { n: output(built, "first").n, text: item } }),
      });
      return { long, wide };
    }),
  },
  {
    mutation: "onError reads a node as if it had been played",
    code: "MS2207",
    hooks: () => ({
      score: (fields, built) => ({
        ...fields,
        onError: () => task(step, { input: { n: output(built, "first").n, text: "x" } }),
      }),
    }),
  },
  { mutation: "a duration has no unit", code: "MS3001", hooks: of("asked", () => ({ timeout: "30" })) },
  {
    mutation: "a step may take longer than its score",
    code: "MS3002",
    hooks: () => ({
      score: (fields) => ({ ...fields, timeout: "20s" }),
      options: (name, options) => (name === "asked" ? { ...options, timeout: "1m" } : options),
    }),
  },
  {
    mutation: "a POST is repeated without a key",
    code: "MS3003",
    hooks: of("posted", () => ({ retry: { attempts: 3 } })),
  },
  {
    mutation: "a fallback is of another shape",
    code: "MS3004",
    hooks: of("first", () => ({ onFailure: fallback({ n: "none" }) })),
  },
  {
    mutation: "an agent has no limit of tokens or money",
    code: "MS3005",
    hooks: () => ({ agent: ({ maxTokens: _, ...fields }) => fields }),
  },
  {
    mutation: "a checkpoint waits for ever, and for nobody",
    code: "MS3006",
    hooks: of("decided", () => ({ timeout: "never", assignee: undefined })),
  },
  {
    mutation: "a decision cannot be shown as a form",
    code: "MS3007",
    hooks: of("decided", () => ({ decision: z.object({ pairs: z.array(z.array(z.string())) }) })),
  },
  {
    mutation: "a gate asks for more than 1",
    code: "MS3008",
    hooks: of("kept", () => ({ gates: [{ by: judge, min: 8, onFail: "fail" }] })),
  },
  {
    mutation: "every item keeps an artifact under one name",
    code: "MS3009",
    hooks: listing((built) => ({
      copies: map({
        over: output(built, "first").items,
        maxItems: 9,
        concurrency: 2,
        each: (item: Wrong, index: Wrong) => {
          const made = task(step, { input: { n: index, text: item } });
          return { nodes: { made, kept: artifact({ name: "letter", value: made.output }) }, output: index };
        },
      }),
    })),
  },
  {
    mutation: "a model is of no known provider",
    code: "MS3101",
    hooks: () => ({ agent: (fields) => ({ ...fields, model: "locla/llama" }) }),
  },
  {
    mutation: "a placeholder of the instructions is never filled",
    code: "MS3102",
    hooks: () => ({ agent: (fields) => ({ ...fields, instructions: "Mend {{text}}" }) }),
  },
  {
    mutation: "an agent is to give a list",
    code: "MS3103",
    hooks: () => ({ agent: (fields) => ({ ...fields, output: z.array(z.string()) }) }),
  },
  {
    mutation: "a request goes to a host that is not allowed",
    code: "MS3104",
    hooks: of("asked", () => ({ url: "https://api.example.org/x" })),
  },
  {
    mutation: "a key stands in a header",
    code: "MS3201",
    hooks: of("posted", () => ({ headers: { authorization: `Bearer ghp_${"a1B2c3D4".repeat(5)}` } })),
  },
  {
    mutation: "the run's input is put into a script",
    code: "MS3202",
    hooks: () => ({
      score: (fields) => ({
        ...fields,
        nodes: {
          ...(fields.nodes as object),
          scripted: shell({ script: text`echo ${(fields.input as Wrong).text}`, timeout: "9s" }),
        },
      }),
    }),
  },
  {
    mutation: "what a model says becomes a program's argument",
    code: "MS3203",
    hooks: listing((built) => ({
      echoed: shell({ command: ["echo", output(built, "told").text], timeout: "9s" }),
    })),
  },
  {
    mutation: "a secret is bound to a task's input",
    code: "MS3204",
    hooks: taking(() => ({ text: secret("KEY") })),
  },
  {
    mutation: "a secret is bound by no orchestra",
    code: "MS4001",
    hooks: () => ({ orchestra: (fields) => ({ ...fields, secrets: {} }) }),
  },
  {
    mutation: "a secret is bound that nothing needs",
    code: "MS4002",
    hooks: () => ({
      orchestra: (fields) => ({ ...fields, secrets: { KEY: env("KEY"), OTHER: env("OTHER") } }),
    }),
  },
  {
    mutation: "an orchestra's input does not fit",
    code: "MS4003",
    hooks: () => ({
      orchestra: (fields) => ({ ...fields, input: { n: "one", text: "x", repository: "." } }),
    }),
  },
  {
    mutation: "an orchestra plays more often than its score ends",
    code: "MS4005",
    hooks: () => ({
      orchestra: ({ schedule, ...fields }) => ({
        ...fields,
        schedule: { cron: "* * * * *", timezone: (schedule as Options).timezone },
      }),
      options: (name, options) => (name === "pause" ? { ...options, for: "2h" } : options),
    }),
  },
  { mutation: "an option is misspelt", code: "MS4006", hooks: of("asked", () => ({ timout: "5s" })) },
  {
    mutation: "an orchestra plays something else",
    code: "MS4008",
    hooks: () => ({ orchestra: (fields) => ({ ...fields, plays: {} }) }),
  },
];
