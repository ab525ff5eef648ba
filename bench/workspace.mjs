import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** A workspace of `count` scores of 8 nodes, and `one` of a single step; Maestro and zod are found in it by name. */
export function makeWorkspace(count) {
  const folder = mkdtempSync(join(tmpdir(), "maestro-workspace-"));
  mkdirSync(join(folder, "scores"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/maestro-ts"));
  symlinkSync(join(root, "node_modules/zod"), join(folder, "node_modules/zod"));
  const write = (path, text) => writeFileSync(join(folder, path), text);
  write("package.json", JSON.stringify({ name: "bench-workspace", private: true, type: "module" }));
  write(
    "maestro.config.ts",
    'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({});\n',
  );
  write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        target: "es2024",
        module: "nodenext",
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        allowImportingTsExtensions: true,
        erasableSyntaxOnly: true,
        verbatimModuleSyntax: true,
      },
      include: ["scores", "maestro.config.ts"],
    }),
  );
  write("scores/one.ts", scoreOf("one", 1));
  for (let i = 0; i < count; i++) write(`scores/s${i}.ts`, scoreOf(`s${i}`, 8));
  return folder;
}

function scoreOf(id, length) {
  const nodes = Array.from({ length }, (_, i) => `n${i}`);
  const consts = nodes.map((name, i) => {
    const from = i === 0 ? "start.n" : `n${i - 1}.output`;
    return `const ${name} = task({ input: { n: ${from} }, output: z.number(), run: ({ input }) => input.n + ${i} });`;
  });
  return `import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ n: z.number().default(1) }));
${consts.join("\n")}

export default defineScore({ id: "${id}", input: start, nodes: { ${nodes.join(", ")} }, output: { n: ${nodes.at(-1)}.output } });
`;
}
