import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { TypeAnswer, TypeQuestion } from "../child/type-protocol.ts";
import { DRAIN_MS } from "../run-child.ts";
import type { Compiler } from "../types/find-compiler.ts";

export interface StandingTypesOptions {
  readonly root: string;
  /** Path of the script that asks TypeScript: `child/answer-types.ts`, or what it was built to. */
  readonly entry: string;
  readonly compiler: Compiler;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** It answers in hundredths of a second; what takes so long has broken down. The first answer waits for the whole project. */
const ANSWER_MS = 20_000;

/** A process that keeps a project's types. It may break down at any time: then it answers nothing more. */
export class StandingTypes {
  isGone = false;
  /** Was it ever ready? One that cannot be is not tried again. */
  isReady = false;
  /** How many questions it was asked. */
  asked = 0;
  readonly #child: ReturnType<typeof spawn>;
  /** Who waits for an answer, in the order of the questions. */
  readonly #waiting: ((answer: TypeAnswer | undefined) => void)[] = [];

  constructor({ root, entry, compiler, env }: StandingTypesOptions) {
    const words = ["--no-warnings", entry, root, compiler.packageFile];
    const child = spawn(process.execPath, words, {
      cwd: root,
      env,
      stdio: ["pipe", "pipe", "ignore"],
      windowsHide: true,
    });
    this.#child = child;
    // The first answer is to no question.
    this.#wait((answer) => {
      this.isReady = answer !== undefined;
    });
    createInterface({ input: child.stdout! }).on("line", (line) => this.#hear(line));
    child.on("error", () => this.#end());
    child.on("exit", () => this.#end());
    child.stdin!.on("error", () => this.#end());
    child.unref();
  }

  /** What TypeScript says; `undefined` when it does not. */
  ask(question: TypeQuestion): Promise<TypeAnswer | undefined> {
    if (this.isGone) return Promise.resolve(undefined);
    this.asked++;
    return new Promise((resolve) => {
      this.#wait(resolve);
      this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    });
  }

  close(): void {
    this.#end();
  }

  #wait(then: (answer: TypeAnswer | undefined) => void): void {
    const timer = setTimeout(() => this.#end(), ANSWER_MS).unref();
    this.#waiting.push((answer) => {
      clearTimeout(timer);
      then(answer);
    });
  }

  #hear(line: string): void {
    try {
      this.#waiting.shift()?.(JSON.parse(line) as TypeAnswer);
    } catch {
      this.#end();
    }
  }

  #end(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#child.stdin!.end();
    // It ends its compiler with itself; one that is killed leaves that to end with its input.
    setTimeout(() => this.#child.kill("SIGKILL"), DRAIN_MS).unref();
    for (const waiting of this.#waiting.splice(0)) waiting(undefined);
  }
}
