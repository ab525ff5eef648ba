import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type Colors, toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { Artifact } from "../../views/artifacts.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine, writeLines } from "../write-line.ts";

interface Options {
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
}

/** `maestro artifacts <run> [name]`: what a run has kept, or the content of one. */
export async function run(io: Io, [prefix = "", name]: string[], { out, json }: Options): Promise<ExitCode> {
  if (out !== undefined && name === undefined)
    throw new UsageError("--out needs the name of an artifact.", "list them with: maestro artifacts <run>");
  const settings = await loadSettings(io);
  const kept = await askStore(io, settings, {
    command: "maestro artifacts",
    request: { op: "artifacts", run: prefix, ...(name === undefined ? {} : { name }) },
  });
  if (name !== undefined) show(kept[0]!, { out, json }, io);
  else if (json)
    io.write(
      `${JSON.stringify(
        kept.map(({ value: _, ...facts }) => facts),
        null,
        2,
      )}\n`,
    );
  else if (kept.length === 0) io.write("the run has kept no artifacts\n");
  else for (const one of kept) for (const line of toLines(one, toColors(io.hasColor))) writeLine(io, line);
  return EXIT.ok;
}

/** A text as it is, anything else as JSON; with `json` everything about it. */
function show(artifact: Artifact, { out, json }: Options, io: Io): void {
  const { value } = artifact;
  const content =
    !json && typeof value === "string" ? value : JSON.stringify(json ? artifact : value, null, 2);
  if (out === undefined) {
    // Whoever looks at it sees what is in it; whoever keeps it has it as it is.
    if (io.isTerminal) writeLines(io, content.replace(/\n$/, ""));
    else io.write(content.endsWith("\n") ? content : `${content}\n`);
    return;
  }
  const file = resolve(io.cwd, out);
  try {
    writeFileSync(file, content, { flag: "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST")
      throw new UsageError(
        `${out} is there already and was not changed.`,
        "choose another name, or remove it first",
      );
    throw new UsageError(`${out} cannot be written: ${message}.`);
  }
  writeLine(io, `${relative(io.cwd, file)}  ${Buffer.byteLength(content)} bytes`);
}

function* toLines(artifact: Artifact, c: Colors): Generator<string> {
  const { name, step, bytes, score, gates, values, inputs, schema, createdAt } = artifact;
  const facts = [
    score === undefined ? "" : `quality ${score}`,
    `${bytes} bytes`,
    values > 1 ? `${values} values made` : "",
    new Date(createdAt).toISOString().slice(0, 19).replace("T", " "),
  ];
  yield `${c.bold(toVisible(name))}  ${c.dim(`step ${step}`)}  ${facts.filter(Boolean).join("  ")}`;
  for (const { by, min, score: given, why, accepted } of gates) {
    const mark = given >= min ? c.green("✓") : c.yellow("!");
    const rest = [accepted ? "accepted by a person" : "", why === undefined ? "" : toVisible(why)].filter(
      Boolean,
    );
    yield `  ${mark} ${by} ${given} of ${min}${rest.length > 0 ? `: ${rest.join("; ")}` : ""}`;
  }
  const made = Object.entries(inputs).map(([from, hash]) => `${from} ${hash.slice(0, 12)}`);
  if (made.length > 0) yield `  from ${made.join(", ")}`;
  if (schema !== undefined) yield `  schema ${schema.slice(0, 12)}`;
}
