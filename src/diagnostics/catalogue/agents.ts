import { entry } from "../entry.ts";

/** MS3xxx: agents, and what steps do outside: models, tools, requests, programs, credentials. */
export const agents = {
  MS3003: entry<{ node: string; what: string; next: string }>({
    name: "unsafe-retry",
    severity: "warning",
    why: "An attempt that failed may have done its work all the same: the answer was lost, or came too late. Repeating it does the work twice, unless the other side can tell that it is the same.",
    message: ({ node, what }) => `${node} repeats ${what} when it fails, and may so do it twice.`,
    hint: ({ next }) => next,
  }),
  MS3005: entry<{ what: string; lacks: string; next: string }>({
    name: "agent-without-limit",
    severity: "warning",
    why: "A model may take minutes over an answer, or write until its provider stops it. Without a timeout and a limit on tokens or money, one step can hold up a run or cost many times what it should.",
    message: ({ what, lacks }) => `${what} has ${lacks}.`,
    hint: ({ next }) => next,
  }),
  MS3101: entry<{ who: string; wanted: string; why: string; next: string | undefined }>({
    name: "unknown-model-or-tool",
    severity: "error",
    why: "Models and tools come from the providers and MCP servers that `maestro.config.ts` names. What is not there cannot be asked, so every run would fail at this step.",
    message: ({ who, wanted, why }) => `${who} asks for ${wanted}: ${why}.`,
    hint: ({ next }) => next,
  }),
  MS3102: entry<{ agent: string; problem: string; next: string; words: string | undefined }>({
    name: "instructions-do-not-fit-input",
    severity: "error",
    why: "A model follows what it is told to the letter: a placeholder that nothing fills, `undefined` and `[object Object]` are told to it as they stand.",
    message: ({ agent, problem }) => `The instructions of agent "${agent}" ${problem}.`,
    hint: ({ next }) => next,
  }),
  MS3103: entry<{ agent: string; field: string; problem: string; next: string }>({
    name: "output-not-structured",
    severity: "error",
    why: "The output schema is given to the model's provider, which makes the model keep to it. Providers do that for a part of JSON Schema only: objects with named fields, lists, and plain values.",
    message: ({ agent, field, problem }) =>
      `${field === "" ? "The output" : `\`${field}\` in the output`} of agent "${agent}" ${problem}.`,
    hint: ({ next }) => next,
  }),
  MS3104: entry<{ node: string; problem: string; next: string | undefined }>({
    name: "request-not-allowed",
    severity: "error",
    why: "A score may ask only hosts that the configuration names, so that no value that comes from outside decides where data goes. Other requests are refused when they are played.",
    message: ({ node, problem }) => `${node} ${problem}.`,
    hint: ({ next }) => next,
  }),
  MS3105: entry<{ agent: string }>({
    name: "instructions-ignore-input",
    severity: "warning",
    why: "Instructions are a function when they depend on the input. One that reads nothing of it was probably meant to; and as a text they stand in the plan, where everybody can read them.",
    message: ({ agent }) =>
      `The instructions of agent "${agent}" are a function that reads nothing of its input.`,
    hint: () => "read what matters from the input, or write the instructions as a text",
  }),
  MS3120: entry<{ who: string; policy: string; known: readonly string[]; guess: string | undefined }>({
    name: "unknown-routing-policy",
    severity: "error",
    why: "A routing policy puts an agent's models in order. Some are built in; others are functions in `routing.policies` of `maestro.config.ts`.",
    message: ({ who, policy, known }) =>
      `${who} says routing "${policy}", and there is no policy of that name (there are: ${known.join(", ")}).`,
    hint: ({ guess }) =>
      guess === undefined
        ? "write it as a function in `routing.policies` of maestro.config.ts"
        : `did you mean "${guess}"?`,
  }),
  MS3121: entry<{ provider: string; model: string; agent: string; package: string }>({
    name: "provider-not-installed-here",
    severity: "error",
    why: "The packages of providers are not part of Maestro: a workspace installs those it uses. With `maestro validate --env <name>` they are looked for in `node_modules`, as variables are in the environment.",
    message: ({ provider, model, agent, package: name }) =>
      `Agent "${agent}" asks "${model}", and the package of provider "${provider}", ${name}, is not installed.`,
    hint: ({ package: name }) => `install it: npm install ${name}`,
  }),
  MS3125: entry<{ agent: string; tool: string; skill: string; other: string }>({
    name: "tool-of-two-skills",
    severity: "error",
    why: "A model calls a tool by its name alone. Of two tools with one name that skills bring together, it could call only one, and would be told of both.",
    message: ({ agent, tool, skill, other }) =>
      `Agent "${agent}" has two tools called "${tool}": one of skill "${skill}", and ${other === "its own" ? "its own" : `one of ${other}`}.`,
    hint: ({ tool }) => `give one of them another name, or list the same "${tool}" in both`,
  }),
  MS3122: entry<{ node: string; agent: string; first: string }>({
    name: "tiers-never-rise",
    severity: "warning",
    why: 'An agent\'s `tiers` begin with a weak model and go to a stronger one when a gate with `onFail: "escalate"` is not content, or an attempt fails. Without either the first answer is taken, whatever it is worth, and nothing is learnt.',
    message: ({ node, agent, first }) =>
      `Node "${node}" asks agent "${agent}" with tiers, and nothing leads it beyond "${first}": no gate escalates its value, and it is not tried again.`,
    hint: () => 'keep its value by an artifact with a gate and onFail: "escalate", or give it a retry',
  }),
  MS3201: entry<{ where: string; what: string; shown: string; next: string }>({
    name: "hard-coded-credential",
    severity: "error",
    why: "What stands in the source is read by everybody who reads the source, and stays in its history. Replace a credential that was ever committed.",
    message: ({ where, what, shown }) => `${begun(where)} holds what looks like ${what}, "${shown}…".`,
    hint: ({ next }) => next,
  }),
};

function begun(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
