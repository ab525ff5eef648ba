import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { ReadBuffer, serializeMessage } from "@modelcontextprotocol/client";
import { childEnvironment } from "../../support/child-environment.ts";
import { endGroup } from "../shell/end-group.ts";
import { MOST_MESSAGE_BYTES, TOO_LARGE } from "./message-limit.ts";

/** How a server's program is started. */
interface Program {
  readonly command: readonly string[];
  readonly cwd: string;
  /** Besides what every program is given. */
  readonly env: Readonly<Record<string, string>>;
}

const KEPT_ERRORS = 2_000;
/** From the end of its input to SIGTERM, and from that to SIGKILL. */
const LEAVING_MS = 500;
const GRACE_MS = 2_000;

/**
 * Speaks to a program over its standard streams. The library's own transport starts a program in our process group, with
 * which Ctrl-C would end it, and ends the program but not what that has started.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** How the program ended; undefined while it has not. */
  ended: string | undefined;
  readonly #program: Program;
  readonly #buffer = new ReadBuffer({ maxBufferSize: MOST_MESSAGE_BYTES });
  #child: ChildProcessWithoutNullStreams | undefined;
  #errors = "";

  constructor(program: Program) {
    this.#program = program;
  }

  /** The end of what it wrote to standard error. */
  get errors(): string {
    return this.#errors;
  }

  start(): Promise<void> {
    const { command, cwd, env } = this.#program;
    const [file, ...args] = command as [string, ...string[]];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const child = spawn(file, args, {
      cwd,
      env: { ...childEnvironment(), ...env },
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
      windowsHide: true,
    });
    this.#child = child;
    child.once("spawn", resolve);
    child.once("error", (error) => {
      reject(error);
      this.#end(`it could not be started: ${error.message}`);
    });
    child.once("exit", (code, signal) =>
      this.#end(signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`),
    );
    child.stdin.on("error", (error) => this.onerror?.(error));
    child.stdout.on("error", (error) => this.onerror?.(error));
    child.stdout.on("data", (chunk: Buffer) => this.#hear(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-KEPT_ERRORS);
    });
    return promise;
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const stdin = this.#child?.stdin;
      if (!stdin?.writable) return reject(new Error(this.ended ?? "it is not there"));
      stdin.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Ends the program and everything it has started. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return this.#end("it was not started");
    child.stdin.end();
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    if (this.ended === undefined) {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LEAVING_MS);
      });
      await Promise.race([gone, patience]);
      clearTimeout(timer);
    }
    await endGroup(child.pid, GRACE_MS);
    child.stdout.destroy();
    child.stderr.destroy();
    this.#end("it was closed");
  }

  #hear(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      this.onerror?.(error as Error);
      this.#end(TOO_LARGE);
      void this.close();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        // A line that is no message: servers print other things, too.
        this.onerror?.(error as Error);
      }
    }
  }

  #end(how: string): void {
    if (this.ended !== undefined) return;
    this.ended = how;
    this.onclose?.();
  }
}
