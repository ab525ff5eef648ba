import { toUsd } from "../../support/money.ts";
import { entry, listed } from "../entry.ts";

export interface WithModel {
  /** `provider/model`. */
  readonly model: string;
}

/** MR3082 to MR3099: a step asks a model, or for a server of tools. */
export const models = {
  MR3082: entry<{ file: string; detail: string }>({
    name: "mcp-record-damaged",
    severity: "error",
    isFinal: true,
    why: "What the tools of MCP servers were when they were first used is kept in a file, so that one that has changed since is noticed. Where that file cannot be read nobody knows what has changed, and no tool of a server is taken for what it was.",
    message: ({ file, detail }) =>
      `What the tools of MCP servers were when they were first used cannot be read from ${file}: ${detail}.`,
    hint: () =>
      "put the file back from a copy; or remove it, read what maestro mcp tools shows, and only then let agents use it",
  }),
  MR3083: entry<{ server: string; where: string; detail: string; isTransient: boolean }>({
    name: "mcp-server-failed",
    severity: "error",
    why: "A server of tools could not be started or reached, or went away with a call under way. It is begun again when it is asked again, four times at most within a minute. What its tool was about to do is not known then, so a step that had called one with effects is not tried again.",
    message: ({ server, where, detail }) => `MCP server "${server}" (${where}) failed: ${detail}.`,
    hint: ({ server }) => `try it by itself: maestro mcp tools ${server}`,
  }),
  MR3084: entry<{ server: string; host: string; address: string; kind: string }>({
    name: "mcp-address-not-allowed",
    severity: "error",
    isFinal: true,
    why: "The address of an MCP server is looked at like that of a request: one that only this machine or its network reaches is asked only when the configuration says so.",
    message: ({ server, host, address, kind }) =>
      `MCP server "${server}" is at ${host}${host === address ? "" : ` (${address})`}, ${kind}, and those are not asked.`,
    hint: ({ server }) =>
      `if it is meant, say so in maestro.config.ts: mcp: { ${server}: { …, allowPrivate: true } }`,
  }),
  MR3085: entry<{ server: string; tool: string }>({
    name: "mcp-tool-changed",
    severity: "error",
    isFinal: true,
    why: "What a server says of its tools is told to the model, which does as it is told. A server can change that at any time, after somebody has looked at it; so it is kept what it said first, and another text is not passed on before somebody has looked again.",
    message: ({ server, tool }) =>
      `The definition of tool "${tool}" of MCP server "${server}" is not what it was when it was first used.`,
    hint: ({ server }) => `look at what has changed, and say that it is right: maestro mcp trust ${server}`,
  }),
  MR3089: entry<{ tool: string; input: string }>({
    name: "effect-unknown",
    severity: "error",
    isFinal: true,
    why: "A tool with `effects: true` is never repeated. When the process dies while it is at work, nobody knows whether it took effect, and its step fails instead of calling it again.",
    message: ({ tool, input }) =>
      `Tool "${tool}" was at work when the process ended, and whether it took effect is not known. It was called with ${input}.`,
    hint: () => "find out, then play the step again with: maestro rerun <run> --from <step>",
  }),
  MR3090: entry<
    WithModel & {
      status: number | undefined;
      detail: string;
      isTransient: boolean;
      retryAfterMs?: number;
      /** It was asked, and nobody knows whether it answered: it may bill that. */
      isUnheard?: true;
    }
  >({
    name: "model-call-failed",
    severity: "error",
    why: "The model's provider could not be reached, was busy, or answered with an error. What may pass is tried up to three times, then the agent's `fallback` models are asked in their order, then the node's own `retry` counts.",
    message: ({ model, status, detail }) =>
      `Model "${model}" could not be asked${status === undefined ? "" : ` (HTTP ${status})`}: ${detail}`,
    hint: ({ status }) =>
      status === 401 || status === 403
        ? "look at the provider's apiKey in maestro.config.ts, and at the variable it names"
        : status === 404
          ? "look at the model's name, and at the provider's baseURL in maestro.config.ts"
          : undefined,
  }),
  MR3091: entry<WithModel & { problems: readonly string[]; text: string; calls: number }>({
    name: "model-answer-unfit",
    severity: "error",
    why: "An agent's answer has to fit its output schema. What does not is sent back with what is wrong with it, twice at most; then the step fails and keeps the last answer.",
    message: ({ model, problems, text, calls }) =>
      `Model "${model}" gave no answer that fits the agent's output in ${calls === 1 ? "one call" : `${calls} calls`}: ${problems.slice(0, 5).join("; ")}. It said: ${shortened(text)}`,
    hint: () => "a smaller output, a clearer instruction or a stronger model may help",
  }),
  MR3092: entry<WithModel & { provider: string; known: readonly string[] }>({
    name: "provider-unknown",
    severity: "error",
    isFinal: true,
    why: "A model is named `provider/model`, and the configuration says how a provider is reached.",
    message: ({ model, provider, known }) =>
      `There is no provider "${provider}" for model "${model}" (there are: ${listed(known)}).`,
    hint: () => "name it in `providers` of maestro.config.ts",
  }),
  MR3093: entry<WithModel & { package: string; detail: string }>({
    name: "provider-not-installed",
    severity: "error",
    isFinal: true,
    why: "The packages of providers are not part of Maestro: a workspace installs those it uses. What speaks OpenAI's protocol needs none, only an address: openaiCompatible({ baseURL }).",
    message: ({ model, package: name, detail }) =>
      `The package ${name} for model "${model}" cannot be loaded: ${detail}.`,
    hint: ({ package: name }) => `install it: npm install ${name}`,
  }),
  MR3094: entry<WithModel & { variable: string }>({
    name: "api-key-missing",
    severity: "error",
    isFinal: true,
    why: "A provider's key is a variable of the environment in which the run is played.",
    message: ({ model, variable }) => `The key for model "${model}" is missing: ${variable} is not set.`,
    hint: ({ variable }) => `set ${variable}, in .env or in the environment`,
  }),
  MR3095: entry<WithModel & { turns: number }>({
    name: "too-many-turns",
    severity: "error",
    why: "Each answer to a tool call is one more call of the model. `maxTurns` bounds them.",
    message: ({ model, turns }) =>
      `Model "${model}" still called tools after ${turns === 1 ? "one turn" : `${turns} turns`}, which is the agent's \`maxTurns\`.`,
    hint: () => "raise maxTurns, or tell the model when to stop",
  }),
  MR3096: entry<{ agent: string; detail: string }>({
    name: "instructions-failed",
    severity: "error",
    why: "An agent's instructions may be a function of its input; this one threw, or gave no text.",
    message: ({ agent, detail }) => `The instructions of agent "${agent}" failed: ${detail}.`,
  }),
  MR3098: entry<WithModel & { spent: number; bound: number; budget: number }>({
    name: "budget-spent",
    severity: "error",
    isFinal: true,
    why: "An agent's `budget.perCallUsd` is what one step may spend on models, its tool calls, repairs and fallbacks together. A call that would cost more than is left is not made.",
    message: ({ model, spent, bound, budget }) =>
      `The agent's budget of ${toUsd(budget)} does not allow a call of "${model}": ${toUsd(spent)} is spent, and the call may cost ${toUsd(bound)}.`,
    hint: () => "raise budget.perCallUsd, lower maxTokens, or take a cheaper model",
  }),
  MR3099: entry<WithModel>({
    name: "price-unknown",
    severity: "error",
    isFinal: true,
    why: "A budget can be kept only when it is known what the model costs. Without a budget a model of unknown price is asked, and its cost is told as unknown.",
    message: ({ model }) => `Nobody has said what "${model}" costs, so its agent's budget cannot be kept.`,
    hint: ({ model }) =>
      `say it in maestro.config.ts, in US dollars for a million tokens: prices: { "${model}": { input: 1, output: 4 } }`,
  }),
  MR3097: entry<{ agent: string; tool: string; has: readonly string[] }>({
    name: "tool-not-there",
    severity: "error",
    isFinal: true,
    why: "An agent names tools of MCP servers as `server/tool`. Which there are is known when the server is asked; which of them agents may use, the configuration says.",
    message: ({ agent, tool, has }) =>
      `Agent "${agent}" needs tool "${tool}", which its MCP server does not offer (it has: ${has.length === 0 ? "none" : listed(has)}).`,
    hint: ({ tool }) =>
      `look at what it has: maestro mcp tools ${tool.slice(0, Math.max(0, tool.indexOf("/")))}`.trimEnd(),
  }),
};

const SHOWN = 300;

function shortened(text: string): string {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return shown === "" ? "nothing" : JSON.stringify(shown);
}
