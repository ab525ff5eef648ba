import { chmodSync, lstatSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { MaestroError } from "../diagnostics/index.ts";
import { type ControlPath, controlPathOf } from "./control-path.ts";
import { MOST_REQUEST_BYTES, PROTOCOL, readRequest } from "./control-request.ts";
import type { Owned } from "./perform-request.ts";

/** What a client may take of its owner's time. */
export interface ControlLimits {
  /** To say what it wants. */
  readonly askingMs: number;
  /** To hear the answer. */
  readonly hearingMs: number;
  /** How long answers under way hold up the end of the owner. */
  readonly flushingMs: number;
  readonly clients: number;
}

const LIMITS: ControlLimits = { askingMs: 5_000, hearingMs: 30_000, flushingMs: 1_000, clients: 256 };

/** The place where the owner of a store is reached, as long as it is open. */
export interface ControlServer {
  /** Whoever asks from now on hears that nobody is here any more. */
  refuse(): void;
  /** Resolves when those who are being answered have heard it, and nothing is left in the file system. */
  close(): Promise<void>;
}

/**
 * Listens for what other processes of this user ask of the owner of `file`. Undefined where there are no such sockets.
 * Keeps no process alive. Only the owner may call it: a socket that is there already has lost its process.
 * @throws MaestroError MR1012 when something else is in its place
 */
export async function serveControl(
  file: string,
  owned: Owned,
  limits: ControlLimits = LIMITS,
): Promise<ControlServer | undefined> {
  const path = controlPathOf(file);
  if (!path) return undefined;
  prepare(path);
  // Loaded when it is needed: it costs every start some milliseconds.
  const { createServer } = await import("node:net");
  const service = new ControlService(createServer({ allowHalfOpen: true }), path, { owned, limits });
  await service.listen();
  return service;
}

/** @throws MaestroError MR1012, whatever the file system has against it */
function prepare(path: ControlPath): void {
  try {
    makeRoom(path);
  } catch (cause) {
    if (cause instanceof MaestroError) throw cause;
    throw new MaestroError("MR1012", { path: path.folder, found: (cause as Error).message }, { cause });
  }
}

/** The folder is this user's alone, and nothing is in the socket's place. */
function makeRoom({ folder, socket }: ControlPath): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new MaestroError("MR1012", { path: folder, found: "it is no folder of this user" });
  // Also one that somebody has locked themselves out of.
  if ((found.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  const there = lstatSync(socket, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket()) throw new MaestroError("MR1012", { path: socket, found: "it is no socket" });
  // Of an owner that was killed: there is one at a time, and that is this process.
  rmSync(socket);
}

class ControlService implements ControlServer {
  readonly #server: Server;
  readonly #path: ControlPath;
  readonly #owned: Owned;
  readonly #limits: ControlLimits;
  readonly #sockets = new Set<Socket>();
  /** Those that have asked, and wait for the answer or hear it. */
  readonly #asking = new Set<Socket>();
  #isClosing = false;

  constructor(
    server: Server,
    path: ControlPath,
    { owned, limits }: { readonly owned: Owned; readonly limits: ControlLimits },
  ) {
    this.#server = server;
    this.#path = path;
    this.#owned = owned;
    this.#limits = limits;
    server.maxConnections = limits.clients;
    server.on("connection", (socket) => this.#serve(socket));
  }

  async listen(): Promise<void> {
    const { socket } = this.#path;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (cause) =>
        reject(new MaestroError("MR1012", { path: socket, found: cause.message }, { cause })),
      );
      this.#server.listen(socket, resolve);
    });
    this.#server.unref();
    chmodSync(socket, 0o600);
  }

  refuse(): void {
    this.#isClosing = true;
  }

  async close(): Promise<void> {
    this.refuse();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#limits.flushingMs);
    });
    // Who has asked nothing yet is not waited for.
    for (const socket of this.#sockets) if (!this.#asking.has(socket)) socket.destroy();
    await Promise.race([closed, patience]);
    clearTimeout(timer);
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    try {
      rmdirSync(this.#path.folder);
    } catch {
      // Somebody has put something there; it is theirs.
    }
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const chunks: Buffer[] = [];
    let bytes = 0;
    // Not the time between two bytes: a client that says one now and then is as slow as one that says none.
    const patience = setTimeout(() => socket.destroy(), this.#limits.askingMs).unref();
    // Whoever goes away has heard enough; what was asked is done all the same.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(patience);
      this.#sockets.delete(socket);
      this.#asking.delete(socket);
    });
    socket.on("end", () => {
      if (!this.#asking.has(socket)) socket.destroy();
    });
    const hear = (chunk: Buffer) => {
      const end = chunk.indexOf(0x0a);
      bytes += end < 0 ? chunk.length : end;
      if (bytes > MOST_REQUEST_BYTES)
        // The rest is on its way: whoever finds the connection closed while writing reads no answer.
        return answer(
          { error: refusal(`it is longer than ${MOST_REQUEST_BYTES} bytes`) },
          { isWritten: false },
        );
      chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
      if (end < 0) return;
      this.#asking.add(socket);
      socket.off("data", hear);
      // What follows is not looked at; the end is.
      socket.resume();
      clearTimeout(patience);
      this.#answer(Buffer.concat(chunks).toString("utf8")).then((what) => answer(what));
    };
    const answer = (what: object, { isWritten = true } = {}) => {
      this.#asking.add(socket);
      socket.off("data", hear);
      socket.resume();
      if (socket.destroyed) return;
      clearTimeout(patience);
      const timer = setTimeout(() => socket.destroy(), this.#limits.hearingMs).unref();
      socket.once("close", () => clearTimeout(timer));
      socket.end(`${JSON.stringify({ v: PROTOCOL, ...what })}\n`, () => isWritten && socket.destroySoon());
    };
    socket.on("data", hear);
  }

  async #answer(line: string): Promise<object> {
    if (this.#isClosing) return { closing: true };
    const request = readRequest(line);
    if ("problem" in request) return { error: refusal(request.problem) };
    try {
      // JSON has no `undefined`.
      // Few runs are asked for anything while they are played.
      const { performRequest } = await import("./perform-request.ts");
      return { result: (await performRequest(this.#owned, request)) ?? null };
    } catch (error) {
      return { error: toData(error) };
    }
  }
}

function refusal(problem: string): object {
  return toData(new MaestroError("MR2032", { problem }));
}

function toData(error: unknown): object {
  if (error instanceof MaestroError) return { code: error.code, facts: error.facts, message: error.message };
  return { message: error instanceof Error ? error.message : String(error) };
}
