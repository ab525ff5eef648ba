/** Builds dist/: the bundled programs, and the types that editors read. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const { dependencies, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
  version: string;
};

rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    bin: "src/bin.ts",
    index: "src/index.ts",
    embed: "src/embed.ts",
    evaluate: "src/compile/child/evaluate.ts",
  },
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.22",
  external: Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]),
  define: { MAESTRO_VERSION: JSON.stringify(version) },
  // Packages that call `require` expect one, which ES modules do not have.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  // Flat, so that what lies beside a program is found from every chunk.
  chunkNames: "[name]-[hash]",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
writeFileSync(join(dist, "THIRD-PARTY.txt"), licencesOf(metafile));
execFileSync(process.execPath, [typescriptCli(), "-p", join(root, "build/types.tsconfig.json")], {
  cwd: root,
  stdio: "inherit",
});

/** The licence texts of every package whose code is in the bundles. */
function licencesOf({ inputs }: Metafile): string {
  const packages = new Set<string>();
  for (const input of Object.keys(inputs)) {
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
