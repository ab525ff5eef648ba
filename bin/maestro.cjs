#!/usr/bin/env node
"use strict";
// Written for any Node: it only finds one that can run Maestro. CommonJS, because importing node:fs from an ES module
// loads all of it, and a start pays 3 ms for that.
const fs = require("node:fs");
const path = require("node:path");

const NEEDED = [22, 22];
const [major, minor] = process.versions.node.split(".").map(Number);
const root = path.join(path.dirname(fs.realpathSync(__filename)), "..");
const program = path.join(root, "dist/bin.cjs");

if (!fs.existsSync(program)) {
  fail(`maestro is not built: run \`npm run build\` in ${root}.`);
} else if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) {
  if (!process.env.NODE_ENV) process.env.NODE_ENV = "production";
  require("node:module").enableCompileCache();
  require(program);
} else {
  runWith(findNode());
}

/** The Node that npm installed beside this package for machines whose own is too old. */
function findNode() {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  try {
    const folder = path.dirname(require.resolve(`${name}/package.json`));
    return path.join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    return undefined;
  }
}

function runWith(node) {
  if (!node || !fs.existsSync(node)) {
    fail(
      `maestro needs Node ${NEEDED.join(".")} or newer, and this is ${process.versions.node}. Install a newer Node, or npm install without --omit=optional.`,
    );
    return;
  }
  const child = require("node:child_process").spawn(node, [__filename, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  // A terminal sends Ctrl-C to both, anybody else to this process alone; only the child decides what it means.
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
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
