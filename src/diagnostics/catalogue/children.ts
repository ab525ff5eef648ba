import { entry } from "../entry.ts";

/** MR3067 and MR307x: the process that plays author code ends, hangs or cannot be started. */
export const children = {
  MR3067: entry<{ others: number }>({
    name: "child-not-understood",
    severity: "error",
    why: "Author code shares its process with what speaks to Maestro there, and can change what that speaks with. What is no message that a process of ours sends is believed by nobody: the process is ended and replaced.",
    message: ({ others }) => `its process said what cannot be understood and was ended${besides(others)}`,
    hint: () => "leave what all code of a process shares, such as JSON.stringify or Map.prototype, as it is",
  }),
  MR3070: entry<{ how: string; others: number }>({
    name: "child-ended",
    severity: "error",
    why: "Author code is played in a child process, and that has ended before the step had a result: the code ended it, or somebody else did.",
    message: ({ how, others }) => `its process ended: ${how}${besides(others)}`,
    hint: () => "a task gives a result or throws; it does not end the process",
  }),
  MR3071: entry<{ what: string; others: number }>({
    name: "child-out-of-memory",
    severity: "error",
    why: "A child process has a limit of memory, so that a task that wants too much ends its own process and nothing else.",
    message: ({ what, others }) => `its process ran out of memory: ${what}${besides(others)}`,
    hint: () => "handle the data in parts, or allow more: players.memoryMb in maestro.config.ts",
  }),
  MR3072: entry<{ after: string; others: number }>({
    name: "child-stuck",
    severity: "error",
    why: "Code that never gives way, an endless loop for example, cannot be told to end: its process is ended when the time of a step is over, or a stop was asked for, and it still does not answer.",
    message: ({ after, others }) => `its process did not answer ${after} and was ended${besides(others)}`,
    hint: () => "let long work give way now and then: await something between its parts",
  }),
  MR3073: entry<{ why: string }>({
    name: "child-not-started",
    severity: "error",
    why: "A child process that is to play author code did not come up, several times in a row.",
    message: ({ why }) => `no process could be started to play it: ${why}`,
  }),
  MR3074: entry<Record<never, never>>({
    name: "nothing-to-wait-for",
    severity: "error",
    why: "The task's promise is open, and nothing is left in its process that could still settle it: no timer, no connection, no file.",
    message: () => "it waits for something that can never happen",
  }),
  MR3075: entry<{ name: string; detail: string; others: number }>({
    name: "threw-outside",
    severity: "error",
    why: "An error that nobody awaits, in a timer or a promise left alone, ends the process: what it would have been part of is not known any more.",
    message: ({ name, detail, others }) =>
      `its process ended: code threw outside of a step: ${name === "Error" ? "" : `${name}: `}${detail}${besides(others)}`,
    hint: () => "await every promise, and catch errors in callbacks",
  }),
};

/** Who else was at work there: any of them may have been the reason. */
function besides(others: number): string {
  if (others === 0) return "";
  return others === 1 ? " (another step was at work in it)" : ` (${others} other steps were at work in it)`;
}
