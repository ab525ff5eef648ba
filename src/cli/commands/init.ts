import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import { version } from "../../support/version.ts";
import { AskLines } from "../ask-lines.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { DEFAULT_MODEL, type TemplateFile, templateFiles } from "../template/workspace.ts";
import { UsageError } from "../usage-error.ts";

/** What may be in a folder that counts as empty: a repository that was just made. */
const IGNORED = new Set([".git", ".DS_Store"]);

interface Options {
  readonly force?: boolean;
  readonly model?: string;
  /** False with --no-ci and --no-editor. */
  readonly ci?: boolean;
  readonly editor?: boolean;
  readonly yes?: boolean;
}

/** `maestro init [folder]`: makes a workspace that can be played at once; asks on a terminal what no flag says. */
export async function run(io: Io, [said]: string[], options: Options): Promise<ExitCode> {
  const problem = options.model === undefined ? undefined : whyNoModel(options.model);
  if (problem !== undefined)
    throw new UsageError(`--model ${options.model}: ${problem}.`, "--model openai/gpt-5-mini");
  // Before anything is asked: a folder that cannot be used wastes nobody's answers.
  if (said !== undefined && !options.force) refuseUnlessEmpty(resolve(io.cwd, said), said);
  const { folder, model, ci, editor } = await answersOf(io, said, options);
  const root = resolve(io.cwd, folder);
  if (!options.force) refuseUnlessEmpty(root, folder);
  const c = toColors(io.hasColor);
  const template = { name: basename(root), version, model, hasCi: ci, hasEditor: editor };
  for (const file of templateFiles(template)) {
    const isWritten = writeUnlessThere(root, file);
    io.write(
      isWritten ? `${c.green("wrote")} ${file.path}\n` : `${c.yellow("kept ")} ${file.path} (it was there)\n`,
    );
  }
  const commands = [
    ...wayTo(root, io.cwd),
    ...makingModules(root),
    ...installing(root),
    "npx maestro run hello",
    "npx maestro validate",
    "npx maestro test",
  ];
  io.write(`\nNext:\n${commands.map((command) => `  ${command}\n`).join("")}`);
  return EXIT.ok;
}

interface Answers {
  readonly folder: string;
  readonly model: string;
  readonly ci: boolean;
  readonly editor: boolean;
}

/** What flags say is not asked; where nobody can be asked, it is as it would be offered. */
async function answersOf(
  io: Io,
  folder: string | undefined,
  { model, ci = true, editor = true, yes = false }: Options,
): Promise<Answers> {
  if (yes || !io.canAsk) return { folder: folder ?? ".", model: model ?? DEFAULT_MODEL, ci, editor };
  const ask = new AskLines(io);
  try {
    return {
      folder: folder ?? (await ask.text("Which folder?", ".")),
      model: model ?? (await ask.text("Which model do agents ask?", DEFAULT_MODEL, whyNoModel)),
      ci: ci && (await ask.yes("A GitHub workflow that checks every pull request?")),
      editor: editor && (await ask.yes("Settings for VS Code?")),
    };
  } finally {
    await ask.close();
  }
}

function whyNoModel(model: string): string | undefined {
  return /^[a-z][\w-]*\/[\w.:/-]+$/i.test(model)
    ? undefined
    : "a model is named provider/model, such as anthropic/claude-sonnet or local/llama3";
}

function refuseUnlessEmpty(root: string, folder: string): void {
  const stats = statSync(root, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw new UsageError(`${root} is not a folder.`, "name another folder");
  const found = readdirSync(root).filter((name) => !IGNORED.has(name));
  if (found.length === 0) return;
  const some = found.sort().slice(0, 3).map(toVisible).join(", ");
  throw new UsageError(
    `${root} is not empty: there is ${some}${found.length > 3 ? ` and ${found.length - 3} more` : ""}.`,
    `name another folder, or keep what is there and add the rest: maestro init ${quoted(folder)} --force`,
  );
}

/** False when something stands there already; it is not touched then. */
function writeUnlessThere(root: string, { path, text }: TemplateFile): boolean {
  const file = join(root, path);
  const cannot = (code: string | undefined) =>
    new UsageError(`${file} cannot be written (${code}).`, "clear the way to it, or name another folder");
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw cannot((error as NodeJS.ErrnoException).code);
  }
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    throw cannot(code);
  }
}

function wayTo(root: string, cwd: string): string[] {
  const way = relative(cwd, root);
  return way === "" ? [] : [`cd ${quoted(way)}`];
}

/** Needed only where no folder above has the packages. */
function installing(root: string): string[] {
  const require = createRequire(join(root, "package.json"));
  try {
    for (const name of ["maestro-ts", "zod"]) require.resolve(`${name}/package.json`);
    return [];
  } catch {
    return ["npm install"];
  }
}

/** A `package.json` that was there already may say that its files are CommonJS: `npm init -y` writes that. */
function makingModules(root: string): string[] {
  try {
    const { type } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { type?: unknown };
    return type === "module" ? [] : ["npm pkg set type=module"];
  } catch {
    // What is wrong with it npm says.
    return [];
  }
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./@:+-]+$/.test(word) && !word.startsWith("-")
    ? word
    : `'${toVisible(word).replaceAll("'", String.raw`'\''`)}'`;
}
