import { type Colors, toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { nearest } from "../../support/nearest.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { ListedModel } from "../../views/model-board.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { type KnownModel, knownModels } from "../models/known-models.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine } from "../write-line.ts";

const SUBCOMMANDS = ["list", "test", "flags", "flag", "unflag", "revisions", "compare"];

/** `maestro models [list]`: the models that the workspace names, and what is known of them. */
export async function run(
  io: Io,
  [word]: string[],
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  if (word !== undefined && word !== "list") {
    const guess = nearest(word, SUBCOMMANDS);
    throw new UsageError(
      `There is no command "maestro models ${word}".`,
      guess ? `did you mean "${guess}"?` : `there are: ${SUBCOMMANDS.join(", ")}`,
    );
  }
  const settings = await loadSettings(io);
  const { models: known } = await knownModels(io);
  const names = known.map(({ model }) => model);
  const found = await askStore(io, settings, { command: "maestro models", request: { op: "models", names } });
  const rows = found.map((row) => ({
    ...row,
    ...(known.find(({ model }) => model === row.model) ?? { names: [], agents: [] }),
  }));
  if (json) io.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length === 0)
    io.write("neither the configuration nor an agent names a model; see docs/models.md\n");
  else for (const line of toLines(rows, toColors(io.hasColor))) writeLine(io, line);
  return EXIT.ok;
}

type Row = ListedModel & KnownModel;

const HEAD = ["model", "badge", "a million in, out", "p50", "p95", "failed", "agents"];

function* toLines(rows: readonly Row[], c: Colors): Generator<string> {
  const cells = rows.map(cellsOf);
  const widths = HEAD.map((word, i) => Math.max(word.length, ...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[], colored = (text: string, _i: number) => text) =>
    row
      .map((text, i) => colored(text.padEnd(widths[i]!), i))
      .join("  ")
      .trimEnd();
  yield c.dim(line(HEAD));
  for (const [n, row] of cells.entries())
    yield line(row, (text, i) => (i === 1 ? badgeColor(rows[n]!, c)(text) : text));
}

function cellsOf({
  model,
  names,
  agents,
  badge,
  price,
  calls,
  failed,
  p50Ms,
  p95Ms,
}: Row): readonly string[] {
  return [
    names.length > 0 ? `${toVisible(model)} (${names.map(toVisible).join(", ")})` : toVisible(model),
    badge ? `${badge.badge} ${dayOf(badge.at)}${badge.isExpired ? " expired" : ""}` : "not tested",
    price ? `${usd(price.input)}, ${usd(price.output)}` : "price unknown",
    p50Ms === null ? "–" : toReadable(p50Ms),
    p95Ms === null ? "–" : toReadable(p95Ms),
    calls === 0 ? "–" : `${failed} of ${calls}`,
    agents.map(toVisible).join(", ") || "–",
  ];
}

function badgeColor({ badge }: Row, c: Colors): (text: string) => string {
  if (!badge || badge.isExpired) return c.dim;
  return badge.badge === "none" ? c.red : c.green;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Micro-USD as dollars, with as many digits as it has. */
function usd(microUsd: number): string {
  const text = (microUsd / 1e6).toFixed(6).replace(/0+$/, "");
  const [whole, digits = ""] = text.split(".");
  return `$${whole}.${digits.padEnd(2, "0")}`;
}
