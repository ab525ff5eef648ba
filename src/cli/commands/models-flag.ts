import { isStage, type ModelFlag, STAGES, type Stage } from "../../plan/index.ts";
import { type Colors, toColors } from "../../support/colors.ts";
import { toUsd } from "../../support/money.ts";
import { nearest } from "../../support/nearest.ts";
import { toVisible } from "../../support/to-visible.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { type KnownModels, knownModels } from "../models/known-models.ts";
import { modelNamed } from "../models/model-named.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs, whyIs } from "../who-is.ts";
import { warnLines, writeLine } from "../write-line.ts";

interface Options {
  readonly agent?: readonly string[];
  readonly maxUsd?: string;
  readonly force?: boolean;
  readonly by?: string;
  readonly why?: string;
  readonly json?: boolean;
}

/** `maestro models flag <model> <stage>`: how far a model is let into the traffic of agents. */
export async function set(io: Io, [name = "", word = ""]: string[], options: Options): Promise<ExitCode> {
  return decide(io, { name, stage: toStage(word), options });
}

/** `maestro models unflag <model>`: takes back what was decided. */
export async function unset(io: Io, [name = ""]: string[], options: Options): Promise<ExitCode> {
  return decide(io, { name, stage: null, options });
}

interface Deciding {
  readonly name: string;
  readonly stage: Stage | null;
  readonly options: Options;
}

async function decide(io: Io, { name, stage, options }: Deciding): Promise<ExitCode> {
  const { agent: agents, maxUsd, force, by, json } = options;
  const why = whyIs("--why", options.why);
  const perDayMicroUsd = toMicroUsd(maxUsd);
  const settings = await loadSettings(io);
  const known = await knownModels(io);
  const model = modelNamed(name, known, settings);
  checkAgents(agents ?? [], known);
  const flag = await askStore(io, settings, {
    command: "maestro models flag",
    request: {
      op: "flagModel",
      model,
      stage,
      ...(agents === undefined ? {} : { agents }),
      ...(perDayMicroUsd === undefined ? {} : { perDayMicroUsd }),
      isForced: force === true,
      by: whoIs(io, by),
      ...(why === undefined ? {} : { why }),
    },
  });
  if (json) io.write(`${JSON.stringify(flag, null, 2)}\n`);
  else if (flag) writeLine(io, toLine(flag, toColors(io.hasColor)));
  else writeLine(io, `${toVisible(model)} has no flag any more: agents that name it ask it`);
  if (stage === "shadow" && !json && flag?.agents === null && !isNamed(model, known))
    warnLines(io, `no agent names ${model}: say beside which it is played with --agent <id>`);
  return EXIT.ok;
}

/** `maestro models flags`: every flag, with who decided it and why. */
export async function list(io: Io, _args: string[], { json }: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const flags = await askStore(io, settings, {
    command: "maestro models flags",
    request: { op: "modelFlags" },
  });
  if (json) io.write(`${JSON.stringify(flags, null, 2)}\n`);
  else if (flags.length === 0)
    io.write("no model has a flag; set one with: maestro models flag <model> shadow\n");
  else for (const flag of flags) writeLine(io, toLine(flag, toColors(io.hasColor)));
  return EXIT.ok;
}

function toLine({ model, stage, agents, perDayMicroUsd, who, why, at }: ModelFlag, c: Colors): string {
  const of = agents === null ? "agents that name it" : agents.map(toVisible).join(", ");
  const budget = stage === "shadow" ? `, ${toUsd(perDayMicroUsd)} a day` : "";
  const reason = why === null ? "" : `: ${toVisible(why)}`;
  const day = new Date(at).toISOString().slice(0, 10);
  return `${toVisible(model)}  ${c.cyan(stage)}  ${of}${budget}  ${c.dim(`${toVisible(who)}, ${day}${reason}`)}`;
}

function toStage(word: string): Stage {
  if (isStage(word)) return word;
  const guess = nearest(word, STAGES);
  throw new UsageError(
    `There is no stage "${word}".`,
    guess ? `did you mean "${guess}"?` : `there are: ${STAGES.join(", ")}`,
  );
}

/** An agent of a typing error would be let alone for ever. */
function checkAgents(agents: readonly string[], { models }: KnownModels): void {
  const ids = [...new Set(models.flatMap((one) => one.agents))];
  for (const agent of agents) {
    if (ids.includes(agent)) continue;
    const guess = nearest(agent, ids);
    throw new UsageError(
      `There is no agent "${agent}" in the workspace${ids.length > 0 ? ` (there are: ${ids.join(", ")})` : ""}.`,
      guess && `did you mean "${guess}"?`,
    );
  }
}

function isNamed(model: string, { models }: KnownModels): boolean {
  return models.some((one) => one.model === model && one.agents.length > 0);
}

const MOST_USD = 1_000_000;

function toMicroUsd(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const usd = text.trim() === "" ? Number.NaN : Number(text.replace(/^\$/, ""));
  if (usd >= 0 && usd <= MOST_USD) return Math.round(usd * 1e6);
  throw new UsageError(`--max-usd ${text} is no number of US dollars for a day.`);
}
