/** Builds dist/: the bundled programs, the examples they show, and the types that editors read. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { examplesByCode } from "./examples.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const { dependencies, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
  version: string;
};

rmSync(dist, { recursive: true, force: true });
/** Large, and wanted by few commands: each is a file of its own beside the programs. */
const LATE = [
  "age-encryption",
  "beautiful-mermaid",
  "drizzle-orm/sqlite-proxy",
  "drizzle-orm/sqlite-proxy/migrator",
];
const fileOf = (name: string) => name.replaceAll("/", "-");
/** Our own parts that few runs need, and what they would load of Node at every start: its HTTP client costs 20 ms. */
const OWN_LATE: Readonly<Record<string, string>> = {
  "open-servers": "src/players/mcp/open-servers.ts",
  "open-traces": "src/services/telemetry/open-traces.ts",
  "open-face": "src/services/orchestrator/open-face.ts",
  "open-log": "src/services/orchestrator/open-log.ts",
  "perform-request": "src/services/perform-request.ts",
  "play-agent": "src/players/models/play-agent.ts",
  "open-understudy": "src/players/understudies/open-understudy.ts",
  "play-http": "src/players/http/play-http.ts",
  "play-shell": "src/players/shell/play-shell.ts",
  screens: "src/tui/screens.tsx",
};
/** The same for the program alone. */
const PROGRAM_LATE: Readonly<Record<string, string>> = {
  compiling: "src/cli/compiling.ts",
  weighing: "src/cli/weighing.ts",
  "load-files": "src/compile/child/load-files.ts",
  "watch-main-thread": "src/compile/child/watch-main-thread.ts",
  "live-reporter": "src/cli/report/live-reporter.ts",
  "load-isolated": "src/cli/load-isolated.ts",
  "serve-mcp": "src/cli/mcp/serve-mcp.ts",
  dev: "src/cli/commands/dev.ts",
  top: "src/cli/commands/top.ts",
};

/** The program's own file has the words of all commands and no command: what a start does not read it need not pay for. */
const OFTEN: Readonly<Record<string, readonly string[]>> = { play: ["run", "resume"], check: ["validate"] };
/** Loaded with what they share. */
const TOGETHER = ["compiling", "weighing"].flatMap((file) =>
  Array.from(
    readFileSync(join(root, `src/cli/${file}.ts`), "utf8").matchAll(/"\.\/commands\/([\w-]+)\.ts"/g),
    ([, name]) => name!,
  ),
);
const ELSEWHERE = new Set([...Object.values(OFTEN).flat(), ...Object.keys(PROGRAM_LATE), ...TOGETHER]);
const COMMANDS_OF: Readonly<Record<string, readonly string[]>> = {
  ...OFTEN,
  commands: readdirSync(join(root, "src/cli/commands"))
    .map((file) => basename(file, ".ts"))
    .filter((name) => !ELSEWHERE.has(name)),
};

/** Parts of Node that every start would load and few commands need, and what is used of them. */
const LAZY: Readonly<Record<string, readonly string[]>> = {
  "node:child_process": ["spawn"],
  "node:tty": ["isatty"],
  "node:v8": ["getHeapSpaceStatistics", "setFlagsFromString"],
  "node:crypto": [
    "createHash",
    "createHmac",
    "randomBytes",
    "randomFillSync",
    "randomUUID",
    "timingSafeEqual",
  ],
};
/** Who waits for them until the first call: commander's programs, the look at a terminal, our own hashes and flags of V8. */
const PATIENT = /\/commander\/|\/src\/bin\.ts$/;
const OURS = /\/src\/[^/]+\/.*\.ts$/;

const lazy: Plugin = {
  name: "lazy",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:(child_process|tty|crypto|v8)$/ }, ({ path, importer }) =>
      PATIENT.test(importer) || (/crypto|v8/.test(path) && OURS.test(importer))
        ? { path, namespace: "lazy" }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "lazy" }, ({ path }) => {
      const load = `require(${JSON.stringify(path.slice("node:".length))})`;
      const names = LAZY[path]!.map((name) => `${name}: (...args) => ${load}.${name}(...args)`);
      return { contents: `module.exports = { ${names.join(", ")} };` };
    });
  },
};

/** Who imports what a module of Node is as a whole gets that: of a namespace all that is in it would be copied, 0.7 ms at every start. */
const whole: Plugin = {
  name: "whole",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:(fs|path|process)$/ }, ({ path, importer }) =>
      importer.includes("/commander/") || (path === "node:process" && importer.endsWith("/src/bin.ts"))
        ? { path, namespace: "whole" }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "whole" }, ({ path }) => ({
      contents: `export default require(${JSON.stringify(path)});`,
    }));
  },
};

/** What is said of mistakes is loaded with the first of them: a start that goes well makes none of its 300 texts. */
const catalogue: Plugin = {
  name: "catalogue",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/catalogue\.ts$/ }, ({ path, kind }) =>
      kind === "entry-point" ? undefined : { path, namespace: "catalogue" },
    );
    onLoad({ filter: /.*/, namespace: "catalogue" }, () => ({
      contents: `let all; module.exports = { get catalogue() { return (all ??= require("./catalogue.cjs").catalogue); } };`,
    }));
    onResolve({ filter: /.*/, namespace: "catalogue" }, ({ path }) => ({ path, external: true }));
  },
};

/** Commands are loaded from their files when they are run. */
const commands: Plugin = {
  name: "commands",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/commands\/[\w-]+\.ts$/ }, ({ path, kind }) => {
      const name = basename(path, ".ts");
      const [file] = Object.entries(COMMANDS_OF).find(([, names]) => names.includes(name)) ?? [];
      return kind === "dynamic-import" && file
        ? { path: `${file}/${name}`, namespace: "command" }
        : undefined;
    });
    onLoad({ filter: /.*/, namespace: "command" }, ({ path }) => ({
      contents: `module.exports = require("./${dirname(path)}.cjs")[${JSON.stringify(basename(path))}];`,
    }));
    onResolve({ filter: /.*/, namespace: "command" }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^commands-of:/ }, ({ path }) => ({ path, namespace: "commands" }));
    onLoad({ filter: /.*/, namespace: "commands" }, ({ path }) => {
      const file = path.slice("commands-of:".length);
      // Together, when one of them is all that is used: each module that waits to be asked for is one more function to
      // read and to call, and `run` has 300 of them, 2 ms.
      const loads = COMMANDS_OF[file]!.map((name) =>
        file in OFTEN
          ? `export * as ${name} from "./src/cli/commands/${name}.ts";`
          : `get ${JSON.stringify(name)}() { return require("./src/cli/commands/${name}.ts"); }`,
      );
      const contents = file in OFTEN ? loads.join("\n") : `module.exports = { ${loads.join(", ")} };`;
      return { contents, resolveDir: root };
    });
  },
};

/**
 * libsql finds out which C library it runs on by a report on the whole process, and loads Node's child processes for
 * it: 5 ms of every start. npm has installed the one package that fits, so asking for each in turn is enough.
 */
const driver: Plugin = {
  name: "driver",
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/libsql\/index\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const start = source.indexOf("const {\n  databaseOpen,");
      if (start < 0) throw new Error("libsql has changed: look at the plugin `driver` again");
      return { contents: `${REQUIRE_NATIVE}\n${source.slice(start)}` };
    });
  },
};

const REQUIRE_NATIVE = `
function requireNative() {
  const { platform, arch } = process;
  const kinds = { linux: ["-gnu", "-musl", "-gnueabihf", "-musleabihf"], win32: ["-msvc"] }[platform] ?? [""];
  let problem;
  // npm puts it beside us; other package managers only beside the driver.
  for (const from of [() => require, () => require("node:module").createRequire(require.resolve("libsql"))]) {
    for (const kind of kinds) {
      try {
        return from()("@libsql/" + platform + "-" + arch + kind);
      } catch (error) {
        problem ??= error;
      }
    }
  }
  throw problem;
}`;

const late: Plugin = {
  name: "late",
  setup({ onResolve, onLoad }) {
    // Required: importing them would load Node's loader of ES modules for a file that is none.
    onLoad({ filter: /.*/, namespace: "program" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
    onResolve({ filter: /.*/, namespace: "program" }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /.*/ }, ({ path, kind }) => {
      if (kind !== "dynamic-import") return undefined;
      const own = /([\w-]+)\.tsx?$/.exec(path)?.[1];
      if (own && own in PROGRAM_LATE) return { path: `./${own}.cjs`, namespace: "program" };
      const file = own && own in OWN_LATE ? own : LATE.includes(path) ? fileOf(path) : undefined;
      return file === undefined ? undefined : { path: `./${file}.js`, external: true };
    });
  },
};

/** What draws can be looked into with a tool that nobody installs with it. */
const withoutDevtools: Plugin = {
  name: "without-devtools",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: "nothing" }));
    onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "export default undefined;" }));
  },
};

// One file a program: a start pays for every file it opens, and code that is not run is not compiled.
const shared = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  platform: "node",
  target: "node22.22",
  external: Object.keys(dependencies)
    .filter((name) => name !== "libsql")
    .flatMap((name) => [name, `${name}/*`]),
  plugins: [late, lazy, driver],
  define: { MAESTRO_VERSION: JSON.stringify(version) },
  minifySyntax: true,
  minifyWhitespace: true,
  charset: "ascii",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  // `driver` finds libsql's package beside ours although its code is in the bundle.
  logOverride: { "require-resolve-not-external": "silent" },
} as const satisfies BuildOptions;

const authoring = build({ ...shared, entryPoints: { index: "src/index.ts" }, format: "esm" });
const libraries = build({
  ...shared,
  entryPoints: {
    embed: "src/embed.ts",
    testing: "src/testing.ts",
    "answer-types": "src/compile/child/answer-types.ts",
    child: "src/services/children/inside/child.ts",
    "policy-worker": "src/services/policies/worker.ts",
    ...Object.fromEntries(LATE.map((name) => [fileOf(name), name])),
    ...OWN_LATE,
  },
  format: "esm",
  define: { ...shared.define, "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
  jsx: "automatic",
  plugins: [...shared.plugins, withoutDevtools],
  // Packages that call `require` expect one, which ES modules do not have.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
// CommonJS, because there each module is loaded where it is first used: `maestro --help` loads neither Node's crypto nor
// the database driver, which a file of ES modules would import before its first line.
const program = build({
  ...shared,
  plugins: [whole, ...shared.plugins, catalogue, commands],
  entryPoints: {
    bin: "src/bin.ts",
    ...Object.fromEntries(Object.keys(COMMANDS_OF).map((file) => [file, `commands-of:${file}`])),
    ...PROGRAM_LATE,
    evaluate: "src/compile/child/evaluate.ts",
    catalogue: "src/diagnostics/catalogue.ts",
  },
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  define: { ...shared.define, "import.meta.url": "__url" },
  banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
});
const inputs = (await Promise.all([authoring, libraries, program])).flatMap(({ metafile }) =>
  Object.keys(metafile.inputs),
);
writeFileSync(join(dist, "THIRD-PARTY.txt"), licencesOf(inputs));
writeFileSync(join(dist, "examples.json"), JSON.stringify(examplesByCode()));
execFileSync(process.execPath, [typescriptCli(), "-p", join(root, "build/types.tsconfig.json")], {
  cwd: root,
  stdio: "inherit",
});

/** The licence texts of every package whose code is in the bundles. */
function licencesOf(inputs: readonly string[]): string {
  const packages = new Set<string>();
  for (const input of inputs) {
    const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) packages.add(match[1]!);
  }
  const texts = [...packages].sort().map((name) => {
    const folder = join(root, "node_modules", name);
    const file = ["LICENSE", "LICENSE.md", "license", "LICENCE", "LICENSE.txt"]
      .map((f) => join(folder, f))
      .find((f) => existsSync(f));
    const { license, version: v } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      license: string;
      version: string;
    };
    return `${name} ${v} (${license})\n\n${file ? readFileSync(file, "utf8").trim() : `Licence: ${license}`}\n`;
  });
  return `This package contains code of the following packages.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

function typescriptCli(): string {
  return join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
}
