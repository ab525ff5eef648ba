import { toVisible } from "../../support/to-visible.ts";
import { didYouMean, entry, listed } from "../entry.ts";

/** MR2xxx: a command names something that is not there. MR3xxx: a step of a run fails. */
export const runs = {
  MR2001: entry<{ score: string; known: readonly string[]; guess: string | undefined }>({
    name: "unknown-score",
    severity: "error",
    why: "No file in scores/ defines a score with this id.",
    message: ({ score, known }) =>
      `There is no score "${score}"${known.length > 0 && known.length <= 12 ? ` (there are: ${known.join(", ")})` : ""}.`,
    hint: ({ guess, known }) =>
      didYouMean(guess) ?? (known.length === 0 ? "make one with: maestro init" : undefined),
  }),
  MR2002: entry<{ score: string; problems: readonly { path: string; detail: string }[] }>({
    name: "input-invalid",
    severity: "error",
    why: "Input is checked against the score's schema before anything runs or is stored.",
    message: ({ score, problems }) =>
      `The input does not fit score "${score}":\n${problems.map(({ path, detail }) => `  ${path || "input"}: ${detail}`).join("\n")}`,
  }),
  MR2003: entry<{ run: string }>({
    name: "unknown-run",
    severity: "error",
    why: "The store holds no run whose id begins like this.",
    message: ({ run }) => `There is no run "${run}".`,
    hint: () => "list them with: maestro runs",
  }),
  MR2004: entry<{ run: string; matches: readonly string[] }>({
    name: "ambiguous-run",
    severity: "error",
    why: "Ids may be shortened as long as one run only begins like this.",
    message: ({ run, matches }) =>
      `"${run}" could be ${matches.slice(0, 5).join(", ")}${matches.length > 5 ? ", …" : ""}.`,
    hint: () => "give more of its characters",
  }),
  MR2005: entry<{ folder: string }>({
    name: "no-workspace",
    severity: "error",
    why: "Commands work on the workspace they are run in: the nearest folder, upwards, with a maestro.config.ts.",
    message: ({ folder }) => `There is no maestro.config.ts in ${folder} or above it.`,
    hint: () => "go to the workspace's folder, or make one with: maestro init",
  }),
  MR2006: entry<{ score: string; errors: number }>({
    name: "score-has-errors",
    severity: "error",
    why: "A score with errors is not played.",
    message: ({ score, errors }) =>
      `"${score}" has ${errors === 1 ? "an error" : `${errors} errors`} and was not started.`,
  }),
  MR2007: entry<{ run: string; deployment: string }>({
    name: "deployment-missing",
    severity: "error",
    why: "A run keeps the code it started with. Runs begun by a program (maestro-ts/embed) are resumed by that program, with the same scores.",
    message: ({ run, deployment }) =>
      `The code of run ${run} (deployment ${deployment.slice(0, 12)}) is not in the store.`,
    hint: () => "resume it from the program that started it, with the scores it had then",
  }),
  MR2008: entry<{ run: string; status: string }>({
    name: "run-has-ended",
    severity: "error",
    why: "Terminal states are final.",
    message: ({ run, status }) => `Run ${run} has ended: it is ${status}.`,
    hint: () => "start a new run with: maestro run",
  }),
  MR2009: entry<{ package: string; why: string }>({
    name: "environment-broken",
    severity: "error",
    why: "Something Maestro needs on this machine is missing.",
    message: ({ package: name, why }) => `${name} cannot be used: ${why}.`,
    hint: () => "look at: maestro doctor",
  }),
  MR2010: entry<{ score: string }>({
    name: "plan-differs",
    severity: "error",
    why: "A score is evaluated when it is compiled and again when it is played. Both have to give the same plan, or steps could be mixed up.",
    message: ({ score }) => `"${score}" gave another plan when it was loaded a second time.`,
    hint: () =>
      "look for the clock, randomness, the environment or files at the top of a module, and move them into tasks",
  }),
  MR2011: entry<{ run: string }>({
    name: "run-is-played",
    severity: "error",
    why: "A run is played once at a time: twice beside itself, its steps would take effect twice.",
    message: ({ run }) => `Run ${run} is being played already.`,
    hint: () => "wait for it, or stop it and wait until it has come to rest",
  }),
  MR2012: entry<{ what: string }>({
    name: "is-closing",
    severity: "error",
    why: "Maestro was told to close: nothing new begins.",
    message: ({ what }) => `${what} cannot begin: Maestro is closing.`,
    hint: () => "open Maestro again",
  }),
  MR2013: entry<{ run: string; step: string; asked: readonly string[] }>({
    name: "answer-not-asked",
    severity: "error",
    why: "Answers are about steps that were interrupted and must not be repeated unasked. Any other step has its own result, and keeps it.",
    message: ({ run, step, asked }) =>
      `Run ${run} asks nothing about "${step}" (it asks about: ${asked.length > 0 ? asked.join(", ") : "nothing"}).`,
  }),
  MR2014: entry<{ step: string; problems: readonly { path: string; detail: string }[] }>({
    name: "answer-invalid",
    severity: "error",
    why: "What is given as a step's output is checked like an output: others will read it.",
    message: ({ step, problems }) =>
      `The output given for "${step}" does not fit its schema:\n${problems.map(({ path, detail }) => `  ${path || "output"}: ${detail}`).join("\n")}`,
  }),
  MR2015: entry<{ score: string; name: string; detail: string; at: string | undefined }>({
    name: "score-not-loaded",
    severity: "error",
    why: "A score is loaded once when it is compiled, and again when it is played. What its modules do then may fail although it went well before.",
    message: ({ score, name, detail, at }) =>
      `"${score}" cannot be loaded: ${name === "Error" ? "" : `${name}: `}${detail.replace(/\.$/, "")}${at === undefined ? "" : ` (${at})`}.`,
    hint: () => "move what can fail into a task's run function; a module only describes",
  }),
  MR2017: entry<{
    run: string;
    step: string | undefined;
    open: readonly string[];
    /** Checkpoints that are open in runs that it plays. */
    inside: readonly { readonly run: string; readonly step: string }[];
    guess: string | undefined;
    /** By whom, as far as that is known, and when, as ISO 8601 writes it. */
    decided: { readonly by?: string; readonly at: string } | undefined;
  }>({
    name: "checkpoint-not-open",
    severity: "error",
    why: "A checkpoint is decided once, while it is open: before its time is over, and before somebody else has decided.",
    message: ({ run, step, open, decided }) => {
      const there = open.length === 0 ? "there is none" : `open are ${listed(open)}`;
      if (step === undefined && open.length === 0) return `Run ${run} has no open checkpoint.`;
      if (step === undefined) return `Run ${run} cannot be decided without a step: ${there}.`;
      if (!decided) return `"${step}" of run ${run} is no open checkpoint: ${there}.`;
      const { by, at } = decided;
      return `"${step}" of run ${run} has been decided already${by === undefined ? "" : `, by ${toVisible(by)}`}, at ${at}.`;
    },
    hint: ({ guess, inside: [asked] }) =>
      didYouMean(guess) ??
      (asked
        ? `${asked.run}, which it plays, asks: maestro decide ${asked.run} ${asked.step} --input …`
        : "list them with: maestro checkpoints"),
  }),
  MR2018: entry<{ run: string }>({
    name: "run-has-not-ended",
    severity: "error",
    why: "A new run takes over what another one has done. While that one can go on, both would do the rest.",
    message: ({ run }) => `Run ${run} has not ended.`,
    hint: ({ run }) =>
      `go on with it: maestro resume ${run}, end it: maestro cancel ${run}, or let a copy go its own way: maestro rerun ${run} --fork`,
  }),
  MR2019: entry<{
    run: string;
    step: string | undefined;
    names: readonly string[];
    guess: string | undefined;
  }>({
    name: "nothing-to-rerun",
    severity: "error",
    why: "What failed is played again, and what is named, with everything after it. Only the score's own nodes can be named: a map or a loop as a whole.",
    message: ({ run, step, names }) =>
      step === undefined
        ? `Nothing of run ${run} failed, so where it is to begin has to be said: its nodes are ${listed(names)}.`
        : `Run ${run} has no node "${step}": there are ${listed(names)}.`,
    hint: ({ guess }) => didYouMean(guess) ?? "name it with: --from <node>",
  }),
  MR2020: entry<{ run: string; steps: readonly string[] }>({
    name: "rerun-would-repeat",
    severity: "error",
    why: 'A step with `retry: "never"` must not happen twice unasked, and whatever became of it in the old run, it may have happened.',
    message: ({ run, steps }) =>
      `Run ${run} has played ${listed(steps)}, which must not happen twice unasked, or is a score that may hold such steps.`,
    hint: ({ steps }) => `if all of it is to be played again, say so: --from ${steps[0]!.split("/", 1)[0]}`,
  }),
  MR3001: entry<{ problems: readonly { path: string; detail: string; type: string }[] }>({
    name: "output-invalid",
    severity: "error",
    why: "A step's output is checked against its schema before anything may read it.",
    message: ({ problems }) =>
      `the output does not fit its schema: ${problems.map((p) => `${p.path || "output"}: ${p.detail} (it is ${p.type})`).join("; ")}`,
  }),
  MR3002: entry<{ timeoutMs: number }>({
    name: "timed-out",
    severity: "error",
    why: "The attempt took longer than the node's timeout. Its AbortSignal has been set off.",
    message: ({ timeoutMs }) => `timed out after ${timeoutMs} ms`,
  }),
  MR3003: entry<{ problems: readonly { path: string; detail: string }[] }>({
    name: "task-input-invalid",
    severity: "error",
    isFinal: true,
    why: "A task's input is checked against its schema before its code runs.",
    message: ({ problems }) =>
      `the input does not fit the task: ${problems.map((p) => `${p.path || "input"}: ${p.detail}`).join("; ")}`,
  }),
  MR3004: entry<{ found: string }>({
    name: "output-not-json",
    severity: "error",
    why: "Outputs are stored as JSON, so that a run can go on after a crash.",
    message: ({ found }) => `the output cannot be stored: ${found}`,
    hint: () => "return plain data: strings, finite numbers, booleans, null, arrays and plain objects",
  }),
  MR2049: entry<{ problems: readonly string[] }>({
    name: "claim-not-verified",
    severity: "error",
    why: "A task that says it is done, and has not done it, is found out long after, by whoever needed it. Its `verify` says what has to be there; what is not there is a failure of its attempt, and tried again as its `retry` says.",
    message: ({ problems }) => `it says that it is done, and ${problems.join("; ")}`,
    hint: () => "let it end when that is there, or give it another attempt: retry: { attempts: 3 }",
  }),
  MR3005: entry<{ found: number; maxItems: number }>({
    name: "too-many-items",
    severity: "error",
    why: "A map says how many items it takes at the most, so that a surprising list cannot start a surprising amount of work.",
    message: ({ found, maxItems }) => `the list has ${found} items, and maxItems is ${maxItems}`,
  }),
  MR3006: entry<{ found: string }>({
    name: "not-a-list",
    severity: "error",
    why: "A map goes over an array.",
    message: ({ found }) => `\`over\` is ${found}, not an array`,
  }),
  MR3007: entry<{ step: string; run: string }>({
    name: "interrupted",
    severity: "error",
    why: 'The node says retry: "never", and its process died while it was at work: whether it took effect is not known, so Maestro asks instead of repeating it.',
    message: ({ step }) => `"${step}" was interrupted and may have taken effect`,
    hint: ({ step, run }) =>
      `find out, then: maestro resume ${run} --redo ${step}, or --give ${step}=@output.json, or --fail ${step}`,
  }),
  MR3008: entry<{ recoveries: number; steps: readonly string[] }>({
    name: "recovered-without-progress",
    severity: "error",
    why: "A run that is resumed again and again without finishing one more step is stopped: a step that kills its process is not repeated for ever.",
    message: ({ recoveries, steps }) =>
      `resumed ${recoveries} times without finishing a step; in flight: ${steps.join(", ") || "none"}`,
  }),
  MR3009: entry<{ name: string; detail: string }>({
    name: "step-threw",
    severity: "error",
    why: "The task's own code threw.",
    message: ({ name, detail }) => (name === "Error" ? detail : `${name}: ${detail}`),
  }),
  MR3010: entry<{ what: string }>({
    name: "value-missing",
    severity: "error",
    why: "A value that is needed does not exist in this run, because what makes it was skipped.",
    message: ({ what }) => `${what} reads a value that does not exist in this run`,
  }),
  MR3011: entry<{
    method: string;
    host: string;
    status: number;
    /** The status in words; empty for one that has none. */
    reason: string;
    /** The first 2 KB of what came with it. */
    body: string;
    /** Trying again may help: 408, 425, 429 and 500 to 599. */
    isTransient: boolean;
    /** How long the answer asks to wait before that, at most a day. */
    retryAfterMs: number | undefined;
  }>({
    name: "http-status",
    severity: "error",
    why: "An answer outside 200 to 299 says that the request did not do what it was sent for, so its body is no output. Where trying again may help (408, 425, 429, 500 and above), `retry` does it.",
    message: ({ method, host, status, reason, body }) =>
      `${method} ${host} was answered with ${[status, reason].filter(Boolean).join(" ")}${body ? `: ${toVisible(String(body))}` : ""}`,
    hint: ({ status }) =>
      status === 401 || status === 403
        ? "check what the request identifies itself with, and what that may do"
        : undefined,
  }),
  MR3012: entry<{ host: string; allowed: readonly string[]; from: string | undefined }>({
    name: "host-not-allowed",
    severity: "error",
    isFinal: true,
    why: "Requests go to the hosts that the configuration lists and to no others, also when an answer redirects: an address may be computed, and what it is computed from may come from anybody.",
    message: ({ host, allowed, from }) =>
      `${from === undefined ? "" : `${from} redirects to another host: `}"${host}" is not among the allowed hosts (${allowed.length === 0 ? "there are none" : listed(allowed)})`,
    hint: ({ host }) => `if it is meant, add it in maestro.config.ts: http: { allowHosts: ["${host}"] }`,
  }),
  MR3013: entry<{ host: string; address: string; kind: string }>({
    name: "address-not-allowed",
    severity: "error",
    isFinal: true,
    why: "A name can be made to lead to any address, also to ones that only this machine or its network reaches: databases, routers, a cloud's metadata. Every address of a host is looked at before one is connected to.",
    message: ({ host, address, kind }) =>
      host === address
        ? `"${host}" is ${kind}, and those are not asked`
        : `"${host}" leads to ${address}, ${kind}, and those are not asked`,
    hint: () => "if it is meant, say so in maestro.config.ts: http: { allowPrivate: true }",
  }),
  MR3014: entry<{ method: string; host: string; part: "head" | "body"; limit: string }>({
    name: "answer-too-large",
    severity: "error",
    why: "An answer becomes a step's output, which is stored and read as a whole. What is larger than the limit, after it was unpacked, is not read to its end.",
    message: ({ method, host, part, limit }) =>
      `${method} ${host} was answered with a ${part} of more than ${limit}`,
    hint: ({ part }) =>
      part === "body" ? "ask for less at once, or fetch it in a task that writes to a file" : undefined,
  }),
  MR3015: entry<{ method: string; host: string; detail: string; isTransient: boolean }>({
    name: "request-failed",
    severity: "error",
    why: "No complete answer came: the host was not found, refused the connection, broke it off, took too long, or is not who it says it is.",
    message: ({ method, host, detail }) => `${method} ${host} failed: ${detail}`,
  }),
  MR3016: entry<{
    program: string;
    exitCode: number | null;
    signal: string | null;
    /** The end of its standard error, or of its output when that is empty. */
    lastLines: string;
  }>({
    name: "program-failed",
    severity: "error",
    why: "An exit code other than 0 says that the program did not do what it was run for.",
    message: ({ program, exitCode, signal, lastLines }) =>
      `${program} ended with ${signal ? `the signal ${signal}` : `exit code ${exitCode}`}${lastLines ? `: ${lastLines}` : ""}`,
  }),
  MR3017: entry<{ program: string; isPath: boolean }>({
    name: "program-not-found",
    severity: "error",
    isFinal: true,
    why: "A program is looked up in the folders of `PATH`, or, when its name has a slash, from the folder it runs in.",
    message: ({ program, isPath }) =>
      isPath
        ? `there is no program at "${program}", or what it is to be run with is missing`
        : `there is no program "${program}" in the folders of PATH`,
    hint: ({ isPath }) =>
      isPath ? "look at the path, and at the file's first line" : "install it, or give its path",
  }),
  MR3031: entry<{ detail: string }>({
    name: "request-invalid",
    severity: "error",
    isFinal: true,
    why: "What the node's values came to cannot be sent, or not safely, so nothing was sent.",
    message: ({ detail }) => `the request cannot be sent: ${detail}`,
  }),
  MR3032: entry<{ method: string; host: string; detail: string }>({
    name: "answer-unreadable",
    severity: "error",
    why: "A complete answer came, and it is not what it says it is: its JSON is broken, or it is packed in a way that cannot be unpacked.",
    message: ({ method, host, detail }) => `${method} ${host} was answered, and ${detail}`,
  }),
  MR3033: entry<{ detail: string }>({
    name: "program-invalid",
    severity: "error",
    isFinal: true,
    why: "What the node's values came to cannot be run, or not safely, so nothing was run.",
    message: ({ detail }) => `the program cannot be started: ${detail}`,
  }),
  MR3021: entry<{ name: string }>({
    name: "secret-missing",
    severity: "error",
    isFinal: true,
    why: "The step names a secret, and where the run is played it has no value. Secrets are read when they are needed and stored nowhere.",
    message: ({ name }) => `the secret ${name} has no value here`,
    hint: ({ name }) => `set the variable ${name} in the environment, then resume the run`,
  }),
  MR3022: entry<Record<never, never>>({
    name: "checkpoint-not-decided",
    severity: "error",
    why: 'Nobody decided in time, and the checkpoint says onTimeout: "reject".',
    message: () => "nobody decided in time",
  }),
  MR3023: entry<{ found: string }>({
    name: "not-an-instant",
    severity: "error",
    isFinal: true,
    why: "A wait ends at an instant: text as ISO 8601 writes it, with its offset.",
    message: ({ found }) => `\`until\` is ${found}, which is no instant`,
  }),
  MR3024: entry<{ max: number }>({
    name: "loop-did-not-end",
    severity: "error",
    why: 'A loop ends when its `until` is true. After `max` turns it was not; onMax: "last" would take the last state.',
    message: ({ max }) => `\`until\` was not true after ${max} turns`,
  }),
  MR3025: entry<{ timeoutMs: number }>({
    name: "run-timed-out",
    severity: "error",
    why: "The score says how long a run may take, waiting included.",
    message: ({ timeoutMs }) => `the run took longer than ${timeoutMs / 1_000} s`,
  }),
  MR3026: entry<{ score: string; depth: number }>({
    name: "too-deep",
    severity: "error",
    why: "A score that plays itself says with maxDepth how many runs of it may stand above one.",
    message: ({ score, depth }) => `score "${score}" already stands ${depth + 1} deep`,
  }),
  MR2096: entry<{ id: number }>({
    name: "unknown-learning",
    severity: "error",
    why: "Learnings are named by their number; one that was forgotten keeps it.",
    message: ({ id }) => `There is no learning #${id}.`,
    hint: () => "list them with: maestro learnings list",
  }),
};
