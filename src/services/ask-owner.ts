import { lstatSync } from "node:fs";
import type { Socket } from "node:net";
import { type Code, catalogue, MaestroError } from "../diagnostics/index.ts";
import { controlPathOf } from "./control-path.ts";
import { type ControlRequest, PROTOCOL, writeRequest } from "./control-request.ts";
import type { ControlResults } from "./perform-request.ts";

/** What an owner does in no time, it answers within this, unless a task keeps its process busy. */
const PATIENCE_MS = 60_000;
const MOST_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * Asks the owner of a store to do something. Undefined when there is nobody to ask, or it went away without an answer:
 * then it may have been done all the same.
 * @throws MaestroError what the operation throws there; MR2031 when there is no answer in time, or one that says nothing
 */
export async function askOwner<R extends ControlRequest>(
  file: string,
  request: R,
): Promise<{ readonly result: ControlResults[R["op"]] } | undefined> {
  const path = controlPathOf(file);
  if (!path || !isOwn(path.folder, "isDirectory") || !isOwn(path.socket, "isSocket")) return undefined;
  const { connect } = await import("node:net");
  const graceMs = request.op === "cancel" ? (request.graceMs ?? 0) : 0;
  const line = await exchange(connect(path.socket), writeRequest(request), PATIENCE_MS + graceMs);
  if (line === undefined) return undefined;
  const answer = readAnswer(line);
  if ("closing" in answer) return undefined;
  if ("result" in answer) return { result: (answer.result ?? undefined) as ControlResults[R["op"]] };
  throw toError(answer.error);
}

/** Nobody else could have put it there, so nobody else answers. Where this user may not look, nobody can be asked. */
function isOwn(path: string, kind: "isDirectory" | "isSocket"): boolean {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found?.[kind]() === true && found.uid === process.getuid?.();
  } catch {
    return false;
  }
}

/** The line that comes back; undefined when nobody is there, or goes away before it is complete. */
function exchange(socket: Socket, line: string, patienceMs: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => {
      reject(new MaestroError("MR2031", { detail: `it has not answered for ${patienceMs / 1_000} s` }));
      socket.destroy();
    }, patienceMs);
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= MOST_ANSWER_BYTES) return;
      reject(new MaestroError("MR2031", { detail: "its answer is too large" }));
      socket.destroy();
    });
    // Gone, or not there any more: the end that follows says so.
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      const text = Buffer.concat(chunks).toString("utf8");
      resolve(text.endsWith("\n") ? text : undefined);
    });
    socket.write(line);
  });
}

type Answer =
  | { readonly closing: true }
  | { readonly result: unknown }
  | { readonly error: { readonly code?: unknown; readonly facts?: unknown; readonly message?: unknown } };

function readAnswer(line: string): Answer {
  try {
    const said = JSON.parse(line) as Answer & { readonly v: unknown };
    if (said.v === PROTOCOL && ("closing" in said || "result" in said || "error" in said)) return said;
  } catch {
    // It says nothing.
  }
  throw new MaestroError("MR2031", { detail: "its answer is of another version" });
}

function toError({ code, facts, message }: Extract<Answer, { error: unknown }>["error"]): Error {
  if (typeof code !== "string" || !Object.hasOwn(catalogue, code)) return new Error(String(message));
  return new MaestroError(code as Code, facts as never);
}
