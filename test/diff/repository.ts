import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { main } from "../../src/cli/main.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const GIT = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"];

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A git repository in a temporary folder, with a workspace in it. */
export interface Repository {
  readonly root: string;
  write(file: string, text: string): void;
  edit(file: string, from: string, to: string): void;
  remove(file: string): void;
  git(...words: string[]): string;
  commit(message?: string): string;
  maestro(...words: string[]): Promise<Ended>;
  /** The same, with what Ctrl-C would call handed out. */
  interruptible(onHandler: (handler: () => void) => void, ...words: string[]): Promise<Ended>;
  /** The changes of the only definition that differs between HEAD and the working tree, a line each. */
  changes(...words: string[]): Promise<string[]>;
  /** The same of every score that differs, by its id. */
  changesOfAll(): Promise<ReadonlyMap<string, readonly string[]>>;
}

/**
 * @param files in the workspace, which is committed
 * @param folder of the workspace in the repository
 */
export function makeRepository(files: Readonly<Record<string, string>>, folder = "."): Repository {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "maestro-repository-")));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const root = join(top, folder);
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const git = (...words: string[]) => execFileSync("git", [...GIT, ...words], { cwd: top, encoding: "utf8" });
  const commit = (message = "more") => {
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD").trim();
  };
  const maestro = (...words: string[]) => run(words, root);
  git("init", "-q", "-b", "main");
  mkdirSync(join(top, "node_modules"));
  symlinkSync(REPOSITORY, join(top, "node_modules/maestro-ts"));
  symlinkSync(join(REPOSITORY, "node_modules/zod"), join(top, "node_modules/zod"));
  writeFileSync(join(top, ".gitignore"), "node_modules\n.maestro\n");
  const config = `import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  models: { fast: "local/llama" },
  providers: { anthropic: {}, openai: {}, local: openaiCompatible({ baseURL: "http://localhost:11434/v1" }) },
  mcp: { github: { command: ["github-mcp"] } },
  resources: { cpu: 4 },
  http: { allowHosts: ["crm.example.com"] },
});
`;
  const all = { "package.json": '{ "type": "module" }\n', "maestro.config.ts": config, ...files };
  for (const [file, text] of Object.entries(all)) write(file, text);
  commit("first");
  return {
    root,
    write,
    edit: (file, from, to) => {
      const text = readFileSync(join(root, file), "utf8");
      if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
      write(file, text.replaceAll(from, to));
    },
    remove: (file) => rmSync(join(root, file)),
    git,
    commit,
    maestro,
    interruptible: (onHandler, ...words) => run(words, root, onHandler),
    changes: async (...words) => {
      const { stdout, stderr } = await maestro("diff", ...words);
      if (stderr !== "") throw new Error(stderr);
      return changesIn(stdout);
    },
    changesOfAll: async () => {
      const { stdout, stderr } = await maestro("diff");
      if (stderr !== "") throw new Error(stderr);
      const parts = stdout.split(/^score (?=\S+)/m).slice(1);
      return new Map(parts.map((part) => [/^\S+/.exec(part)![0], changesIn(part)]));
    },
  };
}

function changesIn(printed: string): string[] {
  return printed
    .split("\n")
    .filter((line) => line.startsWith("  "))
    .map((line) => line.trim().replace(/ {2,}/, " "));
}

/** The command from source, with what it writes kept. */
async function run(
  words: readonly string[],
  cwd: string,
  onHandler: (handler: () => void) => void = () => undefined,
): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  const code = await main(words, {
    cwd,
    env: process.env,
    pid: process.pid,
    isTerminal: false,
    canAsk: false,
    hasColor: false,
    write: (text) => {
      stdout += text;
    },
    warn: (line) => {
      stderr += `${line}\n`;
    },
    readStdin: async () => "",
    async *lines() {},
    size: () => ({ columns: 80, rows: 24 }),
    onInterrupt: (handler) => {
      onHandler(handler);
      return () => undefined;
    },
    onHangup: () => () => undefined,
    surviveTerminal: () => undefined,
    watchTerminal: () => () => false,
    stop: async () => undefined,
    onContinue: () => () => undefined,
    captureOutput: () => () => undefined,
    watchProcess: () => () => undefined,
    leave: (exitCode) => {
      throw new Error(`it left with ${exitCode}`);
    },
  });
  return { code, stdout, stderr };
}

/** A score that finds leads, looks whether they are good, and drafts letters to them. */
export const LEADS = `/** Finds leads and drafts letters. */
import { branch, defineScore, derive, gte, input, map, oneOf, task, text } from "maestro-ts";
import { z } from "zod";
import { enrichLeads, findLeads } from "./lib/leads.ts";

const brief = input(z.object({ profile: z.string(), max: z.int().max(200).default(20) }));

const found = task(findLeads, { input: { profile: brief.profile, max: 20 }, timeout: "60s" });
const good = branch(gte(found.output.quality, 0.8));
const enriched = task(enrichLeads, { when: good.no, input: { leads: found.output.leads } });
const count = derive([found.output.leads], (leads) => leads.length);
const drafts = map({
  over: oneOf(enriched.output.leads, found.output.leads),
  maxItems: 50,
  each: (lead) => {
    const letter = task({
      input: { to: text\`Dear \${lead.name}\` },
      output: z.object({ body: z.string() }),
      run: ({ input }) => ({ body: input.to }),
    });
    const stamped = task({ input: letter.output, output: z.string(), run: ({ input }) => input.body });
    return { nodes: { letter, stamped }, output: { mail: stamped.output } };
  },
});

export default defineScore({
  id: "leads",
  title: "Leads",
  input: brief,
  nodes: { found, good, enriched, count, drafts },
  output: { drafts: drafts.output, count },
});
`;

export const LEADS_LIB = `import { defineTask } from "maestro-ts";
import { z } from "zod";

const Lead = z.object({ name: z.string(), mail: z.string().optional() });
const quality = (count: number) => (count > 3 ? 1 : 0);

export const findLeads = defineTask({
  id: "find-leads",
  input: z.object({ profile: z.string(), max: z.int() }),
  output: z.object({ leads: z.array(Lead), quality: z.number() }),
  run: ({ input }) => ({ leads: [{ name: input.profile }], quality: quality(input.max) }),
});

export const enrichLeads = defineTask({
  id: "enrich-leads",
  input: z.object({ leads: z.array(Lead) }),
  output: z.object({ leads: z.array(Lead) }),
  run: ({ input }) => ({ leads: input.leads.map((lead) => ({ ...lead, mail: "a@b.c" })) }),
});
`;

export const SCORE = "scores/leads.ts";
export const LIB = "scores/lib/leads.ts";
export const FILES = { [SCORE]: LEADS, [LIB]: LEADS_LIB };
