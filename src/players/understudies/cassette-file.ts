import { readFileSync } from "node:fs";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Asked, Failure } from "./recording.ts";
import type { Usage } from "./understudy.ts";

/** What a run asked and was told, as a file that people read: one call an entry, in a stable order, without secrets. */
export interface CassetteFile {
  readonly maestro: "cassette";
  readonly version: 1;
  readonly score: string;
  readonly input: unknown;
  /** How the run ended: with its output, or failed. */
  readonly ended: { readonly output: unknown } | { readonly failed: string; readonly step?: string };
  /** What the gates of artifacts came to, by the steps of the artifacts. */
  readonly gates?: Readonly<Record<string, number>>;
  /** What people decided, by step. */
  readonly decisions?: Readonly<Record<string, unknown>>;
  /** In which order models were asked, where that was decided: by step, one entry for each value and failure. */
  readonly routes?: Readonly<Record<string, readonly RouteEntry[]>>;
  readonly calls: readonly CassetteCall[];
}

export interface RouteEntry {
  /** Which value was made, from 1, and how many attempts at it had failed. */
  readonly round: number;
  readonly failures: number;
  readonly models: readonly string[];
}

export type CassetteCall = ModelEntry | ToolEntry | OutsideEntry;

/** The steps of a run that another one plays stand behind the step that plays it: `sent > letter`. */
interface Entry {
  readonly step: string;
}

export interface ModelEntry extends Entry {
  readonly model: string;
  readonly agent: string;
  /** The agent's revision, and what was said before; hashes. */
  readonly asked: Omit<Asked, "model">;
  readonly input: unknown;
  /** What it said, when that was JSON; else `text`, line by line. */
  readonly says?: unknown;
  readonly text?: readonly string[];
  readonly calls?: readonly { readonly id: string; readonly tool: string; readonly input: unknown }[];
  readonly finish?: string;
  readonly tokens?: Usage;
  readonly fails?: Failure;
}

export interface ToolEntry extends Entry {
  readonly tool: string;
  readonly input: unknown;
  readonly gives?: unknown;
  readonly fails?: string;
}

export interface OutsideEntry extends Entry {
  readonly outside: "http" | "shell";
  /** A hash of what the request or the program was given. */
  readonly asked: string;
  readonly gives?: unknown;
  readonly fails?: { readonly message: string; readonly code?: string; readonly isFinal?: true };
}

/** @throws MaestroError MR3087 when it is not there, or is none */
export function readCassette(path: string): CassetteFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw unreadable(path, code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`);
  }
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, `it is no JSON (${(error as Error).message})`);
  }
  const { maestro, version, score, calls, ended } = Object(found) as Partial<CassetteFile>;
  if (maestro !== "cassette") throw unreadable(path, "it is no cassette of Maestro");
  if (version !== 1)
    throw unreadable(path, `its version is ${JSON.stringify(version)}, and this Maestro knows version 1`);
  if (typeof score !== "string") throw unreadable(path, "it names no `score`");
  if (typeof ended !== "object" || ended === null)
    throw unreadable(path, "it does not say how its run `ended`");
  if (!Array.isArray(calls)) throw unreadable(path, "it has no list of `calls`");
  for (const [i, call] of calls.entries()) {
    const problem = problemOf(call);
    if (problem) throw unreadable(path, `\`calls[${i}]\` ${problem}`);
  }
  return found as CassetteFile;
}

function problemOf(call: unknown): string | undefined {
  const { step, model, tool, outside, asked, agent } = Object(call) as Record<string, unknown>;
  if (typeof step !== "string") return "names no `step`";
  if (typeof tool === "string") return undefined;
  if (outside === "http" || outside === "shell")
    return typeof asked === "string" ? undefined : "has no `asked`";
  if (typeof model !== "string") return "is no call of a `model`, a `tool` or what is `outside`";
  if (typeof agent !== "string") return "names no `agent`";
  return typeof asked === "object" && asked !== null ? undefined : "has no `asked`";
}

function unreadable(file: string, detail: string): MaestroError {
  return new MaestroError("MR3087", { file, detail });
}
