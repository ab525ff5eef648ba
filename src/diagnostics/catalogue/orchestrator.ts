import { entry } from "../entry.ts";

/** What keeps the orchestrator, the process of `maestro start`, from its work, and others from reaching it. */
export const orchestrator = {
  MR1018: entry<{ problems: readonly string[] }>({
    name: "not-ready-to-start",
    severity: "error",
    why: "What plays for weeks looks first at everything it needs: what is missing is said now, not at the first run at night.",
    message: ({ problems }) => `The orchestrator does not start: ${problems.join("; ")}.`,
    hint: () => "look at all of it with: maestro doctor",
  }),
  MR1019: entry<{ port: number; reason: string }>({
    name: "port-not-free",
    severity: "error",
    why: "Who reads metrics and health would ask another program.",
    message: ({ port, reason }) => `The orchestrator cannot listen at 127.0.0.1:${port}: ${reason}.`,
    hint: () => "say another one in maestro.config.ts: orchestrator: { port: 9464 }",
  }),
  MR2070: entry<{ score: string }>({
    name: "orchestrator-has-other-code",
    severity: "error",
    why: "A run is played by the orchestrator from the files of its own workspace. When those give other code than this command has compiled, the run would do something else than was asked.",
    message: ({ score }) => `The orchestrator finds other code of score "${score}" than this command.`,
    hint: () =>
      "run it from the orchestrator's own workspace, and again when nobody edits it; where that is says: maestro status",
  }),
  MR2071: entry<{ file: string }>({
    name: "no-orchestrator",
    severity: "error",
    why: "There is nothing to stop or to ask: no orchestrator owns the store of this workspace.",
    message: ({ file }) => `No orchestrator is up for the store ${file}.`,
    hint: () => "start one with: maestro start",
  }),
  MR2072: entry<{ what: string; pid?: number }>({
    name: "not-through-the-orchestrator",
    severity: "error",
    why: "The orchestrator owns the store as long as it is up, and this it does for nobody else: waiting for it could take for ever.",
    message: ({ what, pid }) =>
      `${what} cannot be done while the orchestrator${pid === undefined ? "" : ` (process ${pid})`} owns the store.`,
    hint: () => "stop it before, with: maestro stop",
  }),
  MR2073: entry<{ file: string; pid?: number }>({
    name: "orchestrator-is-up",
    severity: "error",
    why: "One process owns a store: a second orchestrator would wait for the first one to end, and nobody would see that.",
    message: ({ file, pid }) =>
      `An orchestrator is up already for the store ${file}${pid === undefined ? "" : `: process ${pid}`}.`,
    hint: () => "look at it with: maestro status; take its place with: maestro restart",
  }),
  MR2074: entry<{ seconds: number }>({
    name: "orchestrator-does-not-end",
    severity: "error",
    why: "It was told to end, and has not within the time that it has for its steps and some more. What is wrong with it stands in its log.",
    message: ({ seconds }) => `The orchestrator was told to end, and is still there after ${seconds} s.`,
    hint: () => "maestro stop --now; its log is in .maestro/logs",
  }),
  MR2075: entry<{ errors: number }>({
    name: "configuration-has-errors",
    severity: "error",
    why: "A configuration with errors says neither where the store is nor what runs may do.",
    message: ({ errors }) =>
      `The workspace's configuration has ${errors === 1 ? "an error" : `${errors} errors`}.`,
    hint: () => "look at: maestro validate",
  }),
  MR2076: entry<{ root: string }>({
    name: "configuration-gone",
    severity: "error",
    why: "What stays up belongs to the workspace that it was started in, and goes by no other one that lies around it.",
    message: ({ root }) => `There is no maestro.config.ts in ${root} any more.`,
    hint: () => "put it back",
  }),
  MR2077: entry<{ file: string }>({
    name: "configuration-passed-over",
    severity: "warning",
    why: "What is up can be looked at and ended while the configuration has errors: its store is where the last one without errors has said, or where it is by default.",
    message: ({ file }) => `The workspace's configuration has errors; this is about the store ${file}.`,
    hint: () => "look at: maestro validate",
  }),
};
