import { compileWorkspace } from "../../compile/index.ts";
import { toLocator } from "../../compile/locate.ts";
import { EVALUATE } from "../../paths.ts";
import { toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import { askStore } from "../at-store.ts";
import type { AskFor } from "../export/run-records.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, workspaceOf } from "../load-workspace.ts";
import { readInstant } from "../read-instant.ts";
import { gatherSuggestions } from "../suggest/gather-suggestions.ts";
import { type Placed, placeSuggestion } from "../suggest/place-suggestion.ts";
import { writeLine } from "../write-line.ts";

interface Options {
  readonly since: string;
  readonly json?: boolean;
}

/** `maestro suggest`: what the source could say better, by what runs have shown. */
export async function run(io: Io, _args: string[], { since, json }: Options): Promise<ExitCode> {
  const from = readInstant(since, "--since");
  const settings = await loadSettings(io);
  const { root } = workspaceOf(io);
  const compilation = await compileWorkspace({ workspace: { root }, childEntry: EVALUATE });
  const ask: AskFor = (request) => askStore(io, settings, { command: "maestro suggest", request });
  const fullName = (model: string) => settings.models[model] ?? model;
  const found = await gatherSuggestions({ ask, compilation, since: from, fullName });
  const locator = found.length > 0 ? await toLocator(root) : undefined;
  const placed = found.map((one) => placeSuggestion(one, compilation, locator!)).sort(byPlace);
  if (json) io.write(`${JSON.stringify(placed, null, 2)}\n`);
  else if (placed.length === 0) writeLine(io, `nothing to suggest from the runs since ${since}`);
  else for (const one of placed) for (const line of toLines(one, io)) writeLine(io, line);
  return EXIT.ok;
}

function byPlace({ at: a }: Placed, { at: b }: Placed): number {
  const files = (a?.file ?? "").localeCompare(b?.file ?? "", "en");
  return files || (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

function* toLines(placed: Placed, io: Io): Generator<string> {
  const c = toColors(io.hasColor);
  const { at, about, rule, says, option, change, edit } = placed;
  const what =
    "orchestra" in about ? about.orchestra : "agent" in about ? about.agent : `${about.score}/${about.path}`;
  const place = at ? `${at.file}:${at.line}:${at.column}  ` : "";
  yield `${c.bold(`${place}${toVisible(what)}`)}  ${rule}`;
  yield `  ${toVisible(says)}`;
  const name = option.join(".");
  if (change && edit)
    yield `  ${c.green("write")} ${name}: ${change.to}  ${c.dim(`instead of ${change.from}`)}`;
  else if (change)
    yield `  ${c.green("let")} ${name} be ${change.to}  ${c.dim(`it is ${change.from}, said elsewhere`)}`;
  else yield `  look at its ${name}`;
}
