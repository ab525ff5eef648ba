import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { MaestroError } from "../diagnostics/index.ts";
import { type Effect, type HttpNode, toEffectText } from "../plan/index.ts";
import { toReason } from "../support/to-reason.ts";
import type { OutsideCall } from "./outside-call.ts";

/** All of it together takes no longer than this. */
const LONGEST_MS = 30_000;

/** What looking at effects needs of an attempt. `isAsking`: addresses are asked, too. */
export interface Looking extends Omit<OutsideCall, "input" | "secrets"> {
  readonly isAsking: boolean;
}

/**
 * Looks whether what a task says it has done is there.
 * @returns what was looked at, in words
 * @throws MaestroError MR2049 with everything that is not there
 */
export async function verifyEffects(
  effects: readonly Effect[],
  output: unknown,
  looking: Looking,
): Promise<readonly string[]> {
  const signal = AbortSignal.any([looking.signal, AbortSignal.timeout(LONGEST_MS)]);
  const seen: string[] = [];
  const problems: string[] = [];
  for (const effect of effects) {
    // Those were asked where the task was played.
    if (effect.is === "check") {
      seen.push(toEffectText(effect));
      continue;
    }
    if (effect.is === "url" && !looking.isAsking) {
      seen.push(`${toEffectText(effect)} (not asked)`);
      continue;
    }
    const at = "text" in effect.at ? effect.at.text : placeIn(output, effect.at.path);
    const problem =
      typeof at !== "string" || at === ""
        ? `${toEffectText(effect)} is no text`
        : effect.is === "file"
          ? await fileProblem(at, looking.settings.root)
          : await urlProblem(at, { ...looking, signal });
    looking.signal.throwIfAborted();
    if (problem === undefined) seen.push(`${effect.is} ${at as string}`);
    else problems.push(problem);
  }
  if (problems.length > 0) throw new MaestroError("MR2049", { problems });
  return seen;
}

function placeIn(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (Object.hasOwn(Object(inner), key) ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

async function fileProblem(path: string, root: string): Promise<string | undefined> {
  const named = `the file ${JSON.stringify(path)}`;
  try {
    const found = await stat(resolve(root, path));
    if (!found.isFile()) return `${named} is no file`;
    return found.size === 0 ? `${named} is empty` : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR"
      ? `${named} is not there`
      : `${named} cannot be read: ${code}`;
  }
}

async function urlProblem(url: string, looking: Looking): Promise<string | undefined> {
  const node: HttpNode = { kind: "http", method: "GET", url: { is: "literal", value: url }, code: 0 };
  try {
    const { playHttp } = await import("./http/play-http.ts");
    const code = { checkInput: undefined, tasks: [], derives: [], agents: [], checks: [undefined] };
    await playHttp(node, { ...looking, input: { url }, secrets: new Map() }, code);
    return undefined;
  } catch (error) {
    return toReason(error);
  }
}
