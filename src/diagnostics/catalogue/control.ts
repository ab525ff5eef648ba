import { entry } from "../entry.ts";

/** What keeps somebody from pausing, ending or deciding runs, and from reaching the process that plays them. */
export const control = {
  MR2030: entry<{ run: string; parent: string }>({
    name: "run-is-part-of-another",
    severity: "error",
    why: "A run that another one plays goes on with that one. Held alone, it would hold both, and nobody would see why.",
    message: ({ run, parent }) => `Run ${run} is played by ${parent}: it is held with that one.`,
    hint: ({ parent }) => `maestro pause ${parent.slice(0, parent.indexOf("/"))}`,
  }),
  MR2047: entry<{ port: number; detail: string }>({
    name: "port-not-usable",
    severity: "error",
    why: "`maestro mcp --http` listens on this machine alone, on the port that it was given.",
    message: ({ port, detail }) => `Nothing can be served on port ${port}: ${detail}.`,
    hint: () => "take another one, or 0 for any that is free",
  }),
  MR2048: entry<{
    file: string;
    pid: number | undefined;
    command: string | undefined;
    waitedMs: number;
  }>({
    name: "store-owned-for-long",
    severity: "error",
    why: "One process owns a store at a time. `maestro mcp` opens it only while it plays something, and waits for who has it for as long as a call may take; what can be done through the owner is done through it.",
    message: ({ file, pid, command, waitedMs }) =>
      `The store ${file} has been owned by another process${pid === undefined ? "" : ` (pid ${pid}${command ? `, ${command}` : ""})`} for ${Math.round(waitedMs / 1_000)} s.`,
    hint: () => "call again when that one has ended, or begin the run there",
  }),
  MR2031: entry<{ detail: string }>({
    name: "owner-does-not-answer",
    severity: "error",
    why: "While a process owns the store, it does what others ask. One that is busy with a task that never yields cannot, and whether it will do it later cannot be said.",
    message: ({ detail }) => `The process that owns the store was asked and ${detail}.`,
    hint: () => "look what became of it: maestro runs",
  }),
  MR2032: entry<{ problem: string }>({
    name: "request-not-understood",
    severity: "error",
    why: "Commands and the process that owns the store have to be of the same version of Maestro, or they could mean different things.",
    message: ({ problem }) =>
      `The process that owns the store does not understand what it was asked: ${problem}.`,
    hint: () => "use the version that the run was started with, or stop the run and resume it",
  }),
};
