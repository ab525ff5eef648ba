/**
 * The script of the process that keeps the types of a workspace, so that an edited file is looked at in a few
 * milliseconds: TypeScript's own API, which is not settled yet, and blocks while it works. It reads a `TypeQuestion` a
 * line, writes a `TypeAnswer` a line, and ends with its standard input. Its arguments: the root of the workspace, and
 * the `package.json` of the compiler.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { ImportedNames } from "./imported-names.ts";
import { type ApiDiagnostic, toTypeProblem } from "./to-type-problem.ts";
import type { TypeAnswer, TypeQuestion } from "./type-protocol.ts";

/** What is used of `typescript/unstable/sync`. */
interface Api {
  updateSnapshot(params: {
    readonly openProjects?: readonly string[];
    readonly fileChanges?: TypeQuestion;
  }): Snapshot;
}
interface Snapshot {
  getProject(configFileName: string): { readonly program: Program } | undefined;
  dispose(): void;
}
interface Program {
  getSourceFileNames(): readonly string[];
  getSyntacticDiagnostics(): readonly ApiDiagnostic[];
  getSemanticDiagnostics(file: string): readonly ApiDiagnostic[];
}

const [, , root, packageFile] = process.argv as [string, string, string, string];
const config = join(root, "tsconfig.json");
const url = pathToFileURL(createRequire(packageFile).resolve("typescript/unstable/sync")).href;
const { API } = (await import(url)) as { API: new (options: { readonly cwd: string }) => Api };
const api = new API({ cwd: root });
const names = new ImportedNames();
let snapshot = api.updateSnapshot({ openProjects: [config] });

function programNow(): Program {
  const project = snapshot.getProject(config);
  if (!project) throw new Error(`TypeScript has no project of ${config}`);
  return project.program;
}

function ask(question: TypeQuestion): TypeAnswer {
  const before = snapshot;
  snapshot = api.updateSnapshot({ fileChanges: question });
  before.dispose();
  const program = programNow();
  const isAlone = question.changed.every((file) => names.isAlone(file));
  names.read([...question.changed, ...question.created]);
  names.forget(question.deleted);
  const broken = program.getSyntacticDiagnostics();
  if (broken.length > 0) return { problems: broken.map(toTypeProblem), isCutShort: true, isAlone };
  const own = new Set(program.getSourceFileNames());
  const found = question.changed
    .filter((file) => own.has(file))
    .flatMap((file) => program.getSemanticDiagnostics(file));
  return {
    problems: found.map(toTypeProblem),
    isCutShort: false,
    isAlone: isAlone && question.changed.every((file) => names.isAlone(file)),
  };
}

function answer(it: TypeAnswer): void {
  process.stdout.write(`${JSON.stringify(it)}\n`);
}

const program = programNow();
names.read(program.getSourceFileNames().filter((file) => !file.includes("/node_modules/")));
// What all files share is looked at before somebody waits for it.
const first = program.getSourceFileNames().findLast((file) => !file.includes("/node_modules/"));
if (first) program.getSemanticDiagnostics(first);
answer({ problems: [], isCutShort: false, isAlone: true });
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => answer(ask(JSON.parse(line) as TypeQuestion)));
// It ends its compiler with it.
lines.on("close", () => process.exit(0));
