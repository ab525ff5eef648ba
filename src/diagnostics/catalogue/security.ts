import { entry } from "../entry.ts";

/** MS32xx: what others wrote is taken for code, or what nobody may see is shown. */
export const security = {
  MS3202: entry<{ source: string; node: string; program: string | undefined; isWhole: boolean }>({
    name: "untrusted-in-shell",
    severity: "error",
    why: "A shell reads the whole text as code. Whoever writes a value that stands in it, `$(…)` or a quote and a semicolon, runs what they like with the rights of the run.",
    message: ({ source, node, program, isWhole }) =>
      `${source} ${isWhole ? "is" : "stands in"} the code that ${node} ${program === undefined ? "gives to a shell" : `runs by \`${program}\``}.`,
    hint: ({ program, isWhole }) => {
      if (isWhole)
        return "write the code yourself and pass values through `env`, or show it at a checkpoint first";
      return program === undefined
        ? 'pass it through `env: { VALUE: … }` and write "$VALUE" in the script, or use `command`'
        : "pass it through `env`, and read it in the code";
    },
  }),
  MS3203: entry<{ source: string; node: string; where: string }>({
    name: "unchecked-model-output",
    severity: "warning",
    why: "What a model reads can tell it what to write. Before its answer makes a program or another service do something, a judge or a person should have seen it. What a model can only choose from a list, numbers and booleans are no danger, and a task answers for what it gives.",
    message: ({ source, node, where }) =>
      `${source} goes into \`${where}\` of ${node} without a gate or a checkpoint on the way.`,
    hint: ({ node }) =>
      `show it at a checkpoint that ${node} waits for, or make it an artifact with a gate and read that`,
  }),
  MS3204: entry<{ secret: string; what: string; why: string }>({
    name: "secret-exposed",
    severity: "error",
    why: "Inputs, outputs, states, titles and conditions of a run are kept in its history and shown on screens, and a model may repeat what it is told. A secret is opened where a step is performed, and must be nowhere else.",
    message: ({ secret, what, why }) => `Secret "${secret}" goes into ${what}, which is ${why}.`,
    hint: () =>
      "a secret may go into `headers`, `query` and `body` of http() and `env` and `stdin` of shell(); a task names its own in defineTask({ secrets })",
  }),
};
