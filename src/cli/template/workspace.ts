import { commitMessageCassette, invitationsCassette } from "./cassettes.ts";
import { ci } from "./ci.ts";
import { agent, hello, helloLib, orchestra } from "./definitions.ts";
import { commitMessage, invitations, invitationsLib } from "./scores.ts";

/** A file of a new workspace. */
export interface TemplateFile {
  /** From the workspace's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What somebody says of a new workspace. */
export interface Template {
  /** What the folder is called. */
  readonly name: string;
  /** Of the running Maestro. */
  readonly version: string;
  /** `provider/model`: whom its agent asks. */
  readonly model?: string;
  /** Is it checked with every pull request? */
  readonly hasCi?: boolean;
  readonly hasEditor?: boolean;
}

export const DEFAULT_MODEL = "anthropic/claude-sonnet";

/** What a new workspace consists of. It plays and is tested offline, and no file of it needs another to be changed. */
export function templateFiles({
  name,
  version,
  model = DEFAULT_MODEL,
  hasCi = true,
  hasEditor = true,
}: Template): readonly TemplateFile[] {
  return [
    { path: "maestro.config.ts", text: configFor(model) },
    { path: "scores/hello.ts", text: hello },
    { path: "scores/lib/greeting.ts", text: helloLib },
    { path: "scores/invitations.ts", text: invitations },
    { path: "scores/lib/invitations.ts", text: invitationsLib },
    { path: "scores/commit-message.ts", text: commitMessage },
    { path: "agents/commit-writer.ts", text: agent.replace(DEFAULT_MODEL, model) },
    { path: "orchestras/hello-weekdays.ts", text: orchestra },
    { path: "package.json", text: toJson(packageJson(name, version)) },
    { path: "tsconfig.json", text: toJson(tsconfig) },
    { path: "test/cassettes/commit-message.json", text: toJson(commitMessageCassette(model)) },
    { path: "test/cassettes/invitations.json", text: toJson(invitationsCassette) },
    ...(hasCi ? [{ path: ".github/workflows/maestro.yml", text: ci }] : []),
    ...(hasEditor ? [{ path: ".vscode/settings.json", text: toJson(editor) }] : []),
    { path: ".gitignore", text: ".maestro/\nnode_modules/\n" },
    { path: "README.md", text: readme },
  ];
}

/** Of a provider that is this machine no key is asked for. */
function configFor(model: string): string {
  const provider = model.slice(0, model.indexOf("/"));
  const isLocal = provider === "local";
  const key = /^[A-Za-z_$][\w$]*$/.test(provider) ? provider : JSON.stringify(provider);
  const variable = `${provider.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_API_KEY`;
  const settings = isLocal
    ? 'openaiCompatible({ baseURL: "http://127.0.0.1:11434/v1" })'
    : `{ apiKey: env("${variable}") }`;
  const why = isLocal
    ? "Where models come from: a server on this machine."
    : "Where models come from. The variable is read when a model is asked, and by nothing else.";
  return `import { defineConfig, ${isLocal ? "openaiCompatible" : "env"} } from "maestro-ts";

export default defineConfig({
  /** ${why} */
  providers: { ${key}: ${settings} },
});
`;
}

const readme = `# A Maestro workspace

- \`npx maestro dev\` stays open while you write: it compiles on every save, plays and shows.
- \`npx maestro run hello --input name=Ada\` plays \`scores/hello.ts\`; \`npx maestro validate\` checks every file.
- \`npx maestro graph hello\` draws a score; \`npx maestro runs\` lists what was played, \`npx maestro resume\` goes on with it.
- \`scores/invitations.ts\` has a map and asks a person; \`scores/commit-message.ts\` asks a model, and without a key it can be
  rehearsed: \`npx maestro run commit-message --rehearse --input diff=…\`.
- \`npx maestro test\` plays \`test/cassettes/\` again, which hold what runs asked and were told: offline, without a key. A run
  becomes one with \`npx maestro record <run>\`.
- Scores are in \`scores/\`, their code in \`scores/lib/\`, models in \`agents/\`, schedules in \`orchestras/\`, runs in \`.maestro/\`.
`;

/** What is Maestro's own is not looked into. */
const editor = {
  "files.exclude": { ".maestro": true },
  "search.exclude": { ".maestro": true },
  "editor.rulers": [110],
};

const tsconfig = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "dom"],
    module: "nodenext",
    moduleResolution: "nodenext",
    strict: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  },
  include: ["maestro.config.ts", "scores", "agents", "orchestras"],
};

function packageJson(name: string, version: string) {
  return {
    name: toPackageName(name),
    private: true,
    type: "module",
    scripts: {
      dev: "maestro dev",
      run: "maestro run",
      validate: "maestro validate",
      test: "maestro test",
    },
    dependencies: { "maestro-ts": `^${version}`, zod: "^4.2.0" },
  };
}

/** npm installs no package into one of the same name. */
const TAKEN = new Set(["maestro-ts", "zod", "node_modules"]);

/** `name` as npm allows it. */
function toPackageName(name: string): string {
  const allowed = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|-+$/g, "")
    .slice(0, 200);
  return allowed === "" || TAKEN.has(allowed) ? `${allowed || "maestro"}-workspace` : allowed;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
