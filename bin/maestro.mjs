#!/usr/bin/env node
// Written for any Node that knows ES modules: it only finds one that can run Maestro.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire, enableCompileCache } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = [22, 22];
const [major, minor] = process.versions.node.split(".").map(Number);
const root = join(dirname(realpathSync(fileURLToPath(import.meta.url))), "..");
const program = join(root, "dist/bin.js");

if (!existsSync(program)) {
  fail(`maestro is not built: run \`npm run build\` in ${root}.`);
} else if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) {
  process.env.NODE_ENV ??= "production";
  if (enableCompileCache) enableCompileCache();
  await import("../dist/bin.js");
} else {
  runWith(findNode());
}

/** The Node that npm installed beside this package for machines whose own is too old. */
function findNode() {
  const require = createRequire(import.meta.url);
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  try {
    const folder = dirname(require.resolve(`${name}/package.json`));
    return join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    return undefined;
  }
}

function runWith(node) {
  if (!node || !existsSync(node)) {
    fail(
      `maestro needs Node ${NEEDED.join(".")} or newer, and this is ${process.versions.node}. Install a newer Node, or npm install without --omit=optional.`,
    );
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  // The terminal sends Ctrl-C to both; only the child decides what it means.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  child.on("error", (error) => fail(`maestro could not start ${node}: ${error.message}.`));
  child.on("exit", (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exitCode = code;
  });
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 3;
}
