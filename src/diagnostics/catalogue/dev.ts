import { entry } from "../entry.ts";

/** What can go wrong while somebody works on a workspace. */
export const dev = {
  MR2080: entry<{ file: string; pid?: number; command?: string }>({
    name: "dev-elsewhere",
    severity: "error",
    why: "One process owns a store at a time, and everything that is played goes through it.",
    message: ({ file, pid, command }) =>
      `The store ${file} is owned by another process${pid === undefined ? "" : ` (pid ${pid}${command ? `, ${command}` : ""})`}.`,
    hint: () => "look at what it plays, and answer, with: maestro top; or end it first",
  }),
  MR2097: entry<{ run: string }>({
    name: "not-stepped",
    severity: "error",
    why: "Only a run that was begun, or is gone on with, step by step holds its steps back until somebody lets them go on.",
    message: ({ run }) => `Run ${run} is not being played step by step.`,
    hint: () => "hold it, and go on with it step by step: in maestro dev with p and then s",
  }),
  MR2081: entry<{ file: string }>({
    name: "nobody-plays",
    severity: "error",
    why: "Screens show what the process plays that owns the store; without one there is nothing to look at.",
    message: ({ file }) => `Nobody owns the store ${file}, so nothing is being played.`,
    hint: () => "begin with: maestro dev; or look at what was played with: maestro runs",
  }),
};
