import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** The storey of each room. A room may import rooms of lower storeys. */
const STOREYS: Readonly<Record<string, number>> = {
  support: 0,
  diagnostics: 1,
  plan: 1,
  define: 2,
  players: 2,
  store: 2,
  compile: 3,
  engine: 3,
  operations: 4,
  views: 4,
  // They do what operations do, and are started by the composition root.
  services: 5,
  // Shows what views give, and asks for what operations do; whoever starts it brings both along.
  tui: 5,
  cli: 6,
};

/** Files beside the rooms, and the highest storey they may import. */
const DOORS: Readonly<Record<string, number>> = {
  "index.ts": 2,
  "paths.ts": -1,
  "house.ts": 5,
  "embed.ts": 5,
  "testing.ts": 5,
  "bin.ts": 6,
};

const MOST_LINES = 400;
const MOST_README_LINES = 60;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) =>
    relative(SRC, resolve(dirname(file), match[1]!)),
  );
}

const files = sources(SRC).map((file) => relative(SRC, file));
const roomOf = (file: string) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : undefined);

describe("rooms", () => {
  test("every folder of src/ is a room of the table, with a README of at most 60 lines", () => {
    const folders = readdirSync(SRC).filter((name) => statSync(join(SRC, name)).isDirectory());

    expect(folders.sort()).toEqual(Object.keys(STOREYS).sort());
    for (const folder of folders) {
      const readme = join(SRC, folder, "README.md");
      expect(existsSync(readme), `${folder} has a README`).toBe(true);
      expect(readFileSync(readme, "utf8").split("\n").length, folder).toBeLessThanOrEqual(
        MOST_README_LINES + 1,
      );
    }
  });

  test("every file beside the rooms is a door of the table", () => {
    expect(files.filter((file) => !roomOf(file)).sort()).toEqual(Object.keys(DOORS).sort());
  });

  test.each(files)("%s imports only what lies below it", (file) => {
    const room = roomOf(file);
    for (const imported of importsOf(join(SRC, file))) {
      const other = roomOf(imported);
      if (other === undefined) {
        // Doors are for those above; what they share about paths and the house is for the command line alone.
        expect(room === "cli" || room === undefined, `${file} imports ${imported}`).toBe(true);
      } else if (room === undefined) {
        expect(STOREYS[other], `${file} imports ${imported}`).toBeLessThanOrEqual(DOORS[file]!);
      } else if (room !== other) {
        expect(STOREYS[other], `${file} imports ${imported}`).toBeLessThan(STOREYS[room]!);
      }
    }
  });

  test("only bin.ts, and the programs that run as children, touch the process", () => {
    const touching = files.filter((file) =>
      /\bprocess\.(argv|env|exit|stdout|stderr|stdin|on|kill)\b/.test(readFileSync(join(SRC, file), "utf8")),
    );

    expect(
      touching.filter((file) => file !== "bin.ts" && !OWN_PROGRAMS.some((room) => file.startsWith(room))),
    ).toEqual(ALLOWED_PROCESS);
  });

  test("no file has more than 400 lines", () => {
    const long = files.filter(
      (file) => readFileSync(join(SRC, file), "utf8").split("\n").length > MOST_LINES,
    );

    expect(long).toEqual([]);
  });

  test("no file is a bucket", () => {
    expect(
      files.filter((file) => /(^|\/)(utils?|helpers?|common|manager|types|misc)\.ts$/.test(file)),
    ).toEqual([]);
  });
});

/** What runs in a process of its own. */
const OWN_PROGRAMS = ["compile/child/", "services/children/inside/"];

/** With reasons: each stands in its file. */
const ALLOWED_PROCESS: readonly string[] = [
  // Takes what loads definitions along when the command ends: it may be in a loop and hear of nothing.
  "compile/run-child.ts",
  // Builds the environment of programs from an allow-list.
  "players/shell/base-environment.ts",
  // Ends programs: a group of processes gets signals in no other way.
  "players/shell/end-group.ts",
  // Builds the environment of children from an allow-list.
  "support/child-environment.ts",
];
