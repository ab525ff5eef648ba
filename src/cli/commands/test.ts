import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import { Engine } from "../../engine/index.ts";
import { type House, openHouse } from "../../house.ts";
import { playCassette } from "../../operations/play-cassette.ts";
import { checkedInput } from "../../operations/start-run.ts";
import { Cassette } from "../../players/understudies/cassette.ts";
import { type CassetteCall, readCassette } from "../../players/understudies/cassette-file.ts";
import { type Colors, toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { nearest } from "../../support/nearest.ts";
import { CASSETTES, listCassettes, redactorFor } from "../cassettes.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { keepDeployment } from "../keep-deployment.ts";
import { loadPlayable } from "../load-code.ts";
import { loadScore, workspaceOf } from "../load-workspace.ts";
import { outsideOf } from "../outside-of.ts";
import { toErrorOutput } from "../report/to-error-output.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine } from "../write-line.ts";
import { updateCassette } from "./test-update.ts";

interface Options {
  readonly update?: boolean;
  readonly json?: boolean;
}

/** What came of one cassette. */
export interface Tested {
  readonly file: string;
  readonly score: string;
  readonly passed: boolean;
  readonly problems: readonly string[];
  /** What nobody asked for any more. */
  readonly unplayed: readonly string[];
  readonly calls: number;
  readonly durationMs: number;
}

/** `maestro test [score…]`: plays every cassette of the workspace, with nobody outside, and compares what comes out. */
export async function run(io: Io, names: string[], options: Options): Promise<ExitCode> {
  const { root } = workspaceOf(io);
  const files = chosen(root, names);
  if (files.length === 0) {
    io.write(options.json ? "[]\n" : `no cassettes in ${CASSETTES}; record one with: maestro record <run>\n`);
    return EXIT.ok;
  }
  const release = io.captureOutput(toErrorOutput(io));
  const startedAt = performance.now();
  try {
    const tested = options.update
      ? await eachOf(files, (file) => updateCassette(io, root, file))
      : await withStore((house) => eachOf(files, (file) => test(io, house, { root, file })));
    const durationMs = performance.now() - startedAt;
    if (options.json) io.write(`${JSON.stringify(tested, null, 2)}\n`);
    else
      for (const line of toLines(tested, { durationMs, isUpdate: options.update, c: toColors(io.hasColor) }))
        writeLine(io, line);
    return tested.every(({ passed }) => passed) ? EXIT.ok : EXIT.problems;
  } finally {
    release();
  }
}

/** Cassettes by their score or their file. */
function chosen(root: string, names: readonly string[]): readonly string[] {
  const all = listCassettes(root);
  if (names.length === 0) return all;
  const scoreOf = (file: string) => {
    try {
      return readCassette(resolve(root, file)).score;
    } catch {
      return undefined;
    }
  };
  const known = all.map((file) => ({ file, score: scoreOf(file) }));
  return names.flatMap((name) => {
    const found = known.filter(
      ({ file, score }) => score === name || file === name || file === `${CASSETTES}/${name}`,
    );
    if (found.length > 0) return found.map(({ file }) => file);
    const guess = nearest(
      name,
      known.flatMap(({ file, score }) => (score === undefined ? [file] : [score, file])),
    );
    throw new UsageError(
      `There is no cassette of "${name}" in ${CASSETTES}.`,
      guess === undefined ? "maestro record <run>" : `did you mean "${guess}"?`,
    );
  });
}

async function eachOf<T>(files: readonly string[], act: (file: string) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (const file of files) found.push(await act(file));
  return found;
}

/** A store of its own, that is gone afterwards: tests leave no runs behind. */
async function withStore<T>(act: (house: House) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "maestro-test-"));
  const house = await openHouse({ file: join(folder, "maestro.db"), durability: "process" });
  try {
    return await act(house);
  } finally {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function test(
  io: Io,
  house: House,
  { root, file }: { readonly root: string; readonly file: string },
): Promise<Tested> {
  const startedAt = performance.now();
  const of = { file, score: "", problems: [] as string[], unplayed: [] as string[], calls: 0 };
  try {
    const cassetteFile = readCassette(resolve(root, file));
    Object.assign(of, { score: cassetteFile.score, calls: cassetteFile.calls.length });
    const loaded = await loadScore(io, cassetteFile.score);
    const { deployment, playable } = await loadPlayable(io, loaded);
    await checkedInput(playable, cassetteFile.input);
    await keepDeployment({ deployment, playable }, house);
    const cassette = new Cassette(file, cassetteFile);
    const engine = new Engine(house.store, house.clock, {
      ...outsideOf(io, loaded.settings),
      script: cassette,
    });
    const redactor = redactorFor(io, playable.plan, loaded.settings);
    const { misses, differences, unplayed } = await playCassette(
      { engine, store: house.store },
      { file: cassetteFile, path: file, cassette, playable, redactor },
    );
    of.problems.push(...misses.map(toSentence), ...differences);
    of.unplayed.push(...unplayed.map(nameOf));
  } catch (error) {
    if (!(error instanceof MaestroError)) throw error;
    of.problems.push(error.message);
  }
  return { ...of, passed: of.problems.length === 0, durationMs: Math.round(performance.now() - startedAt) };
}

function toSentence({ what, step, changed }: Cassette["misses"][number]): string {
  return changed.length === 0
    ? `not on it: a call by ${what} at step "${step}"`
    : `stale: ${what} at step "${step}": ${changed.join(", ")} changed since it was recorded`;
}

function nameOf(call: CassetteCall): string {
  const what =
    "tool" in call ? `tool "${call.tool}"` : "outside" in call ? call.outside : `agent "${call.agent}"`;
  return `${what} at step "${call.step}"`;
}

function* toLines(
  tested: readonly Tested[],
  of: { readonly durationMs: number; readonly isUpdate: boolean | undefined; readonly c: Colors },
): Generator<string> {
  const { c, isUpdate, durationMs } = of;
  for (const { file, passed, problems, unplayed, calls, durationMs: took } of tested) {
    const mark = passed ? c.green("✓") : c.red("✗");
    const count = `${calls} ${calls === 1 ? "call" : "calls"}`;
    yield `${mark} ${file}  ${c.dim(`${isUpdate && passed ? "recorded again  " : ""}${count}  ${toReadable(took)}`)}`;
    for (const problem of problems) yield `    ${problem}`;
    for (const name of unplayed) yield `    ${c.yellow("!")} nobody asks for it any more: ${name}`;
  }
  const failed = tested.filter(({ passed }) => !passed).length;
  const parts = [`${tested.length - failed} passed`, ...(failed > 0 ? [`${failed} failed`] : [])];
  const summary = `${parts.join(", ")} · ${toReadable(durationMs)}`;
  yield failed > 0 ? c.red(summary) : c.green(summary);
  if (failed > 0 && !isUpdate) yield "  hint: where that is meant, record again with: maestro test --update";
}
