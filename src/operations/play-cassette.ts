import type { Ending, Engine, Playable } from "../engine/index.ts";
import type { Redactor } from "../players/redactor.ts";
import type { Cassette, Miss } from "../players/understudies/cassette.ts";
import type { CassetteCall, CassetteFile } from "../players/understudies/cassette-file.ts";
import type { Store } from "../store/store.ts";
import { toCanonicalJson } from "../support/json.ts";
import { gatesOf } from "./gates-of.ts";
import { startRun } from "./start-run.ts";

/** What came of playing a score from a cassette, next to what is on it. */
export interface Replayed {
  readonly run: string;
  /** Calls that are not on it, with what has changed. */
  readonly misses: readonly Miss[];
  /** Where it came out otherwise, a sentence each. */
  readonly differences: readonly string[];
  /** What is on it and nobody asked for. */
  readonly unplayed: readonly CassetteCall[];
}

interface Replay {
  readonly file: CassetteFile;
  /** Where the file is, as people name it. */
  readonly path: string;
  readonly cassette: Cassette;
  readonly playable: Playable;
  /** Of the secrets that are not on the cassette. */
  readonly redactor: Redactor;
}

/**
 * Plays the cassette's score once more with nobody outside, and compares how it ended, what it gave and what gates said.
 * @param tools `engine`: its `outside` has the cassette as its `script`
 * @throws MaestroError MR2002 when its input does not fit any more
 */
export async function playCassette(
  { engine, store }: { readonly engine: Engine; readonly store: Store },
  { file, path, cassette, playable, redactor }: Replay,
): Promise<Replayed> {
  const play = await startRun(engine, playable, file.input, { source: { is: "cassette", file: path } });
  const ending = await play.ending;
  const gates = await gatesOf(store, play.id);
  const differences = [
    ...endedOtherwise(file, ending, redactor),
    ...differencesIn(file.gates ?? {}, gates, { path: "gate", most: 5 }),
  ];
  return { run: play.id, misses: cassette.misses, differences, unplayed: cassette.unplayed() };
}

function endedOtherwise({ ended }: CassetteFile, ending: Ending, redactor: Redactor): string[] {
  const then = "failed" in ended ? `failed: ${ended.failed}` : "completed";
  if (ending.is === "completed" && "output" in ended)
    return differencesIn(ended.output, redactor.value(ending.output), { path: "output", most: 5 });
  if (ending.is === "failed" && "failed" in ended) {
    const now = redactor.text(ending.error.message);
    return now === ended.failed
      ? []
      : [`it failed otherwise: ${shown(ended.failed)} then, ${shown(now)} now`];
  }
  const now =
    ending.is === "failed"
      ? `failed${ending.step === undefined ? "" : ` at "${ending.step}"`}: ${redactor.text(ending.error.message)}`
      : ending.is === "waiting"
        ? `waits for a decision at ${ending.steps.map((step) => `"${step}"`).join(", ")} that is not on it`
        : ending.is;
  return [`it ended otherwise: ${then} then, ${now} now`];
}

interface At {
  readonly path: string;
  /** Of differences that are told. */
  readonly most: number;
}

/** Where two JSON values differ, the first few places. */
function differencesIn(before: unknown, after: unknown, { path, most }: At): string[] {
  const found: string[] = [];
  const open = [{ before, after, path }];
  for (let at = open.shift(); at && found.length < most; at = open.shift()) {
    if (toCanonicalJson(at.before) === toCanonicalJson(at.after)) continue;
    const [a, b] = [fieldsOf(at.before), fieldsOf(at.after)];
    const isAlike = a && b && Array.isArray(at.before) === Array.isArray(at.after);
    if (!isAlike) {
      found.push(`${at.path}: ${shown(at.before)} then, ${shown(at.after)} now`);
      continue;
    }
    for (const name of new Set([...a, ...b])) {
      const place = Array.isArray(at.before) ? `${at.path}[${name}]` : `${at.path}.${name}`;
      open.push({ before: Object(at.before)[name], after: Object(at.after)[name], path: place });
    }
  }
  return found;
}

function fieldsOf(value: unknown): string[] | undefined {
  return typeof value === "object" && value !== null ? Object.keys(value) : undefined;
}

const LONGEST = 120;

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
