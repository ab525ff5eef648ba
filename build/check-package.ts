/** Packs the package as it would be published, and checks what users would get: publint, then the types from outside. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "maestro-pack-"));
try {
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
  });
  const [{ filename, files, unpackedSize }] = JSON.parse(packed) as [
    { filename: string; files: { path: string }[]; unpackedSize: number },
  ];
  const tarball = join(folder, filename);

  const { messages, pkg } = await publint({ pkgDir: root, strict: true });
  for (const message of messages) console.error(formatMessage(message, pkg));
  if (messages.length > 0) throw new Error(`publint has ${messages.length} objections`);

  const attw = join(
    dirname(createRequire(import.meta.url).resolve("@arethetypeswrong/cli/package.json")),
    "dist/index.js",
  );
  execFileSync(process.execPath, [attw, tarball, "--profile", "esm-only", "--format", "ascii"], {
    stdio: "inherit",
  });

  const strangers = files
    .map(({ path }) => path)
    .filter(
      (path) => !/^(bin|dist|migrations)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path),
    );
  if (strangers.length > 0)
    throw new Error(`these files do not belong in the package: ${strangers.join(", ")}`);
  if (!files.some(({ path }) => path === "dist/examples.json"))
    throw new Error("dist/examples.json is missing, which maestro explain reads");
  console.log(
    `package: ${files.length} files, ${(unpackedSize / 1024).toFixed(0)} KB; publint and the types from outside are fine`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
