import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { MaestroError } from "../../diagnostics/index.ts";
import { Redactor } from "../../players/redactor.ts";
import { endGroup } from "../../players/shell/end-group.ts";
import { childEnvironment } from "../../support/child-environment.ts";
import type { Clock } from "../../support/clock.ts";
import { toReadable } from "../../support/duration.ts";
import { Batch } from "./batch.ts";
import type { Job } from "./job.ts";
import { LineReader } from "./line-reader.ts";
import { areScoreFacts, isLastWords, isLoadFailure, readJson } from "./messages.ts";
import { Output } from "./output.ts";
import {
  type Hello,
  LAST_WORDS_FD,
  type LastWords,
  LINE_FD,
  type LoadFailure,
  type ScoreFacts,
} from "./protocol.ts";
import { toVerdicts, type Verdict } from "./verdicts.ts";
import { whyEnded } from "./why-ended.ts";

/** How children are started, and how long they are borne with. */
export interface ChildSettings {
  /** The child's program. */
  readonly entry: string;
  readonly root: string;
  readonly memoryMb: number;
  /** Variables of the environment that are passed on besides the usual ones. */
  readonly env: readonly string[];
  /** How long after its time, or after it was told to end, an attempt is waited for. */
  readonly graceMs: number;
  /** What it may take to come up. */
  readonly startMs: number;
  readonly clock: Clock;
  /** What code prints that belongs to no step. */
  readonly onOutput: (text: string) => void;
}

/** What becomes of a child. */
export interface ChildListener {
  onReady(child: Child, scores: readonly ScoreFacts[]): void;
  /** A job is over, however it went. */
  onDone(child: Child, job: Job): void;
  /** It has ended; `why` for a job beside which so many others may have been the reason. */
  onGone(child: Child, verdicts: readonly Verdict[], why: (others: number) => MaestroError): void;
}

const DRAIN_MS = 500;
const ENDING_MS = 5_000;
/** What a process may take that was asked to leave and has nothing to do. */
const QUITTING_MS = 2_000;
const FLAGS = ["--no-warnings", "--max-semi-space-size=16"];

/** A process that plays the code of one deployment. */
export class Child {
  readonly #settings: ChildSettings;
  readonly #listener: ChildListener;
  readonly #process: ChildProcess;
  readonly #batch: Batch;
  readonly #token = randomUUID().slice(0, 8);
  readonly #jobs = new Map<number, Job>();
  readonly #secrets = new Map<string, string>();
  /** Takes them out; made anew when there is another. */
  #redactor = new Redactor([]);
  readonly #cancelStart: () => void;
  readonly #output: Output;
  readonly startedAt: number;
  isReady = false;
  /** It is given nothing more, and ends when it has nothing to do. */
  isRetiring = false;
  /** Kept for a job that is to be alone. */
  isReserved = false;
  isGone = false;
  /** How many jobs it was given. */
  given = 0;
  /** Unix ms. */
  idleSince: number;
  loadFailure: LoadFailure | undefined;
  #lastWords: LastWords | undefined;
  #killedFor: ((others: number) => MaestroError) | undefined;
  #isQuitting = false;
  #isDistrusted = false;
  #whyDistrusted: string | undefined;
  #cancelQuitting: () => void = () => undefined;

  constructor(codeFile: string, settings: ChildSettings, listener: ChildListener) {
    this.#settings = settings;
    this.#listener = listener;
    const { entry, root, memoryMb, env, clock, startMs } = settings;
    this.startedAt = clock.now();
    this.idleSince = this.startedAt;
    this.#process = spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, ...FLAGS, entry], {
      cwd: root,
      env: childEnvironment(["NODE_ENV", ...env]),
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      // Leads a group of its own, so that all it starts can be ended with it, and Ctrl-C is not for it.
      detached: true,
      windowsHide: true,
    });
    this.#output = new Output((line) => this.#print(line));
    this.#batch = new Batch(this.#process.stdio[LINE_FD] as Socket);
    this.#listen();
    const hello: Hello = { token: this.#token, codeFile, memoryMb };
    this.#batch.add(JSON.stringify(hello));
    this.#cancelStart = clock.after(startMs, () => {
      this.kill(
        () =>
          new MaestroError("MR3070", { how: `it did not come up within ${toReadable(startMs)}`, others: 0 }),
      );
    });
  }

  get size(): number {
    return this.#jobs.size;
  }

  give(job: Job): void {
    this.given++;
    job.child = this;
    job.isTold = false;
    const { timeoutMs, secrets } = job;
    const { clock, graceMs } = this.#settings;
    if (timeoutMs !== undefined) job.dueAt = clock.now() + timeoutMs + graceMs;
    if (secrets) this.#learn(secrets);
    this.#jobs.set(job.id, job);
    this.#batch.add(job.toLine());
  }

  #learn(secrets: NonNullable<Job["secrets"]>): void {
    const others = Object.entries(secrets).filter(([name, value]) => this.#secrets.get(name) !== value);
    if (others.length === 0) return;
    for (const [name, value] of others) this.#secrets.set(name, value);
    this.#redactor = new Redactor(this.#secrets);
  }

  /** Tells a job to end, and waits for it only so long. */
  stop(job: Job, reason: Error): void {
    const { clock, graceMs } = this.#settings;
    job.dueAt = Math.min(job.dueAt, clock.now() + graceMs);
    this.#batch.add(`s\t${job.id}\t${JSON.stringify(String(reason.message))}`);
  }

  /** Gives up what was told to end and does not, and ends the process when it does not even answer. */
  sweep(now: number): void {
    for (const job of this.#jobs.values()) {
      if (now < job.dueAt) continue;
      if (!job.isTold) return this.kill((others) => this.#stuck(job, others));
      this.isRetiring = true;
      this.#over(job);
      job.abandon();
    }
  }

  /** Ends it politely: it has nothing to do. */
  quit(): void {
    if (this.#isQuitting || this.isGone) return;
    this.#isQuitting = true;
    this.isRetiring = true;
    this.#batch.add("q");
    this.#cancelQuitting = this.#settings.clock.after(QUITTING_MS, () => void this.end());
  }

  /** Ends it, and all it has started, whatever it does. */
  kill(why: (others: number) => MaestroError): void {
    this.#killedFor ??= why;
    this.isRetiring = true;
    void this.end();
  }

  /** Resolves when neither it nor anything it has started is left. */
  async end(graceMs = ENDING_MS): Promise<void> {
    const { pid } = this.#process;
    if (pid !== undefined) await endGroup(pid, graceMs);
  }

  /** It ended although nobody had asked it to. */
  get isUnasked(): boolean {
    return !this.#isQuitting;
  }

  #stuck({ timeoutMs }: Job, others: number): MaestroError {
    const grace = toReadable(this.#settings.graceMs);
    const after =
      timeoutMs === undefined
        ? `within ${grace} when it was told to end`
        : `${grace} after the ${toReadable(timeoutMs)} of a step were over`;
    return new MaestroError("MR3072", { after, others });
  }

  #over(job: Job): void {
    this.#jobs.delete(job.id);
    job.child = undefined;
    this.idleSince = this.#settings.clock.now();
    this.#listener.onDone(this, job);
  }

  #listen(): void {
    const child = this.#process;
    const line = child.stdio[LINE_FD] as Socket;
    const reader = new LineReader(
      (text) => this.#hear(text),
      () => this.#distrust(),
    );
    line.setEncoding("utf8").on("data", (text: string) => reader.take(text));
    line.on("error", () => undefined);
    line.on("end", () => this.#closed());
    const words = new LineReader((text) => this.#takeLastWords(text));
    (child.stdio[LAST_WORDS_FD] as Readable)
      .setEncoding("utf8")
      .on("data", (text: string) => words.take(text))
      .on("error", () => undefined);
    for (const stream of [child.stdout!, child.stderr!])
      stream
        .setEncoding("utf8")
        .on("data", (text: string) => this.#output.take(text, stream === child.stderr));
    child.on("error", (error) => this.#gone(null, null, error.message));
    child.on("close", (code, signal) => this.#gone(code, signal));
    // What it has started may have its pipes for ever: what was written is read, and no more waited for.
    child.on("exit", () => {
      void this.end();
      setTimeout(() => child.stdio.forEach((stream) => void stream?.destroy()), DRAIN_MS).unref();
    });
  }

  /** Author code can do that; then nothing it gives would arrive. */
  #closed(): void {
    this.#settings.clock.after(DRAIN_MS, () => {
      const { exitCode, signalCode } = this.#process;
      if (exitCode === null && signalCode === null)
        this.kill(
          (others) => new MaestroError("MR3070", { how: "it closed its connection to Maestro", others }),
        );
    });
  }

  #hear(text: string): void {
    // Whoever writes here without the token is author code that found the descriptor: it is not for us.
    if (!text.startsWith(this.#token) || this.#isDistrusted) return;
    const kind = text[8]!;
    const end = text.indexOf("\t", 10);
    const id = end < 0 ? text.slice(10) : text.slice(10, end);
    const rest = end < 0 ? "" : text.slice(end + 1);
    switch (kind) {
      case "r":
        return this.#begin(readJson(text.slice(10), Number.POSITIVE_INFINITY));
      case "x":
        return this.#takeLoadFailure(readJson(text.slice(10)));
      case "z":
        this.isRetiring = true;
        return;
      default:
        return this.#hearOf(Number(id), kind, rest);
    }
  }

  /** Author code has changed what its process speaks with: nothing that it says counts any more. */
  #distrust(): void {
    this.#isDistrusted = true;
    const lost = (others: number) => new MaestroError("MR3067", { others });
    this.#whyDistrusted = lost(0).message;
    this.kill(lost);
    // It ends at once when it is not listened to.
    this.#process.stdio[LINE_FD]?.destroy();
  }

  #takeLoadFailure(failure: unknown): void {
    if (!isLoadFailure(failure)) return this.#distrust();
    this.loadFailure = failure;
  }

  #begin(scores: unknown): void {
    if (!areScoreFacts(scores)) return this.#distrust();
    this.#cancelStart();
    this.isReady = true;
    this.#listener.onReady(this, scores);
  }

  #hearOf(id: number, kind: string, rest: string): void {
    const job = this.#jobs.get(id);
    // A result that comes when its attempt is over counts no more.
    if (!job) return;
    if (kind === "t") {
      job.isTold = true;
      return;
    }
    const heard = job.hear(kind, rest);
    if (heard === "nonsense") this.#distrust();
    else if (heard === "result") this.#over(job);
  }

  /** What author code wrote there is none. */
  #takeLastWords(text: string): void {
    const words = readJson(text);
    if (isLastWords(words)) this.#lastWords ??= words;
  }

  /** What the process printed past its streams: whose it is can be told only when one alone is at work. */
  #print(line: string): void {
    const clean = this.#redactor.text(line);
    const [job] = this.#jobs.size === 1 ? this.#jobs.values() : [];
    if (job) job.print(clean);
    else this.#settings.onOutput(`${clean}\n`);
  }

  #gone(code: number | null, signal: NodeJS.Signals | null, error = ""): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#cancelStart();
    this.#cancelQuitting();
    const { memoryMb } = this.#settings;
    const errors = this.#output.errors + error;
    const end = { code, signal, lastWords: this.#lastWords, errors, memoryMb };
    const culprit = this.#lastWords && "job" in this.#lastWords ? this.#lastWords.job : undefined;
    const left = [...this.#jobs.values()];
    for (const job of left) job.child = undefined;
    this.#jobs.clear();
    this.#listener.onGone(
      this,
      toVerdicts(left, culprit),
      (others) => this.#killedFor?.(others) ?? whyEnded(end, others),
    );
  }

  /** Why it ended before it was of any use. */
  whyNot(): string {
    return (
      this.loadFailure?.detail ?? this.#whyDistrusted ?? this.#output.errors.trim().split("\n").at(-1) ?? ""
    );
  }
}
