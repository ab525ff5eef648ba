import type { Io } from "./io.ts";

/** Asks a person, a line each. What is left empty, and everything when the input has ended, is as it was offered. */
export class AskLines {
  readonly #io: Pick<Io, "write" | "lines">;
  #lines: AsyncIterator<string> | undefined;
  #hasEnded = false;

  constructor(io: Pick<Io, "write" | "lines">) {
    this.#io = io;
  }

  /** @param check says in words what is wrong with an answer; then it is asked again */
  async text(
    question: string,
    offered: string,
    check: (answer: string) => string | undefined = () => undefined,
  ): Promise<string> {
    for (;;) {
      const answer = (await this.#line(`${question} [${offered}] `)) || offered;
      const problem = this.#hasEnded ? undefined : check(answer);
      if (problem === undefined) return answer;
      this.#io.write(`${problem}\n`);
    }
  }

  async yes(question: string): Promise<boolean> {
    const answer = await this.text(question, "yes", (said) =>
      /^(?:y|yes|n|no)$/i.test(said) ? undefined : "say yes or no",
    );
    return /^y/i.test(answer);
  }

  /** Nothing more is asked. */
  async close(): Promise<void> {
    await this.#lines?.return?.();
  }

  async #line(question: string): Promise<string> {
    if (this.#hasEnded) return "";
    this.#io.write(question);
    this.#lines ??= this.#io.lines()[Symbol.asyncIterator]();
    const { value, done } = await this.#lines.next();
    if (done) {
      this.#hasEnded = true;
      this.#io.write("\n");
    }
    return done ? "" : String(value).trim();
  }
}
