import { symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { countLicences, findDuplicates, topSizes, totalsOf } from "../../scores/lib/dependency-facts.ts";
import { type Entry, parseLockfile, readLockfile, toLicence } from "../../scores/lib/lockfile.ts";
import { type Measured, measurePackage } from "../../scores/lib/measure-package.ts";
import { renderDependencies, toReadableBytes } from "../../scores/lib/render-dependencies.ts";
import { tempFolder } from "./temp.ts";

const entry = (some: Partial<Entry> = {}): Entry => ({
  path: "node_modules/a",
  name: "a",
  version: "1.0.0",
  licence: "MIT",
  dev: false,
  ...some,
});
const measured = (name: string, version: string, some: Partial<Measured> = {}): Measured => ({
  ...entry({ path: `node_modules/${name}`, name, version }),
  bytes: 10,
  files: 1,
  ...some,
});
const lockfile = (packages: object, rest: object = {}) =>
  JSON.stringify({ name: "app", lockfileVersion: 3, packages, ...rest });

describe("reading a lockfile", () => {
  test.each([2, 3])(
    "version %i lists every installed copy, sorted, and neither the project nor its workspaces",
    (lockfileVersion) => {
      const text = lockfile(
        {
          "": { name: "app", version: "1.0.0" },
          "node_modules/b": { version: "2.0.0", license: "ISC", devOptional: true },
          "node_modules/@s/a": { version: "1.0.0", dev: true },
          "node_modules/b/node_modules/@s/a": { version: "0.9.0", license: { type: "MIT" } },
          "node_modules/short": { name: "long", version: "3.0.0" },
          "node_modules/own": { resolved: "packages/own", link: true },
          "packages/own": { version: "0.0.1" },
        },
        { lockfileVersion, dependencies: {} },
      );

      expect(parseLockfile(text)).toEqual({
        name: "app",
        lockfileVersion,
        packages: [
          { path: "node_modules/@s/a", name: "@s/a", version: "1.0.0", licence: null, dev: true },
          { path: "node_modules/b", name: "b", version: "2.0.0", licence: "ISC", dev: true },
          {
            path: "node_modules/b/node_modules/@s/a",
            name: "@s/a",
            version: "0.9.0",
            licence: "MIT",
            dev: false,
          },
          { path: "node_modules/short", name: "long", version: "3.0.0", licence: null, dev: false },
        ],
      });
    },
  );

  test.each([
    [
      "<<<<<<< HEAD",
      /^package-lock\.json is not JSON \(.*\): resolve its conflicts or write it anew with `npm install`\.$/,
    ],
    ["[]", /^package-lock\.json is not a lockfile of npm/],
    ['{"lockfileVersion":"3"}', /lockfileVersion: /],
    ['{"lockfileVersion":1,"dependencies":{}}', /is of version 1, .*: run `npm install` with npm 7 or later/],
  ])("%j is refused in a sentence", (text, message) => {
    expect(() => parseLockfile(text)).toThrow(message);
  });

  test("a folder without one is named in a sentence", async () => {
    const folder = tempFolder();

    await expect(readLockfile(folder)).rejects.toThrow(
      `There is no package-lock.json in "${folder}": run \`npm install\` there`,
    );
  });

  test("it is known whether there is a node_modules to measure", async () => {
    const without = tempFolder({ "package-lock.json": lockfile({}) });
    const withIt = tempFolder({ "package-lock.json": lockfile({}), "node_modules/a/package.json": "{}" });

    expect(await readLockfile(without)).toMatchObject({ installed: "no", packages: [] });
    expect(await readLockfile(withIt)).toMatchObject({ installed: "yes" });
  });

  test.each([
    ["MIT", "MIT"],
    [" ", null],
    [{ type: "ISC", url: "https://a.example" }, "ISC"],
    [[{ type: "MIT" }, { type: "ISC" }], "(MIT OR ISC)"],
    [["MIT"], "MIT"],
    [undefined, null],
    [{ url: "x" }, null],
    [7, null],
  ])("the licence field %j means %j", (field, licence) => {
    expect(toLicence(field)).toBe(licence);
  });
});

describe("measuring a package", () => {
  test("its files count, those of packages nested in it do not", async () => {
    const folder = tempFolder({
      "node_modules/a/package.json": "{}",
      "node_modules/a/lib/deep/x.js": "12345",
      "node_modules/a/node_modules/b/x.js": "1234567890",
    });

    expect(await measurePackage(folder, entry())).toEqual({ ...entry(), bytes: 7, files: 2 });
  });

  test("a symbolic link counts nothing and is not followed", async () => {
    const folder = tempFolder({ "node_modules/a/x.js": "123", "big/y.js": "1234567890" });
    symlinkSync(path.join(folder, "big"), path.join(folder, "node_modules/a/big"));

    expect(await measurePackage(folder, entry())).toMatchObject({ bytes: 3, files: 1 });
  });

  test("a package for another platform is not there, and that is no failure", async () => {
    expect(await measurePackage(tempFolder(), entry())).toEqual({ ...entry(), bytes: null, files: null });
  });

  test.each([
    ['{"license":"ISC"}', "ISC"],
    ['{"licenses":[{"type":"MIT"}]}', "MIT"],
    ['{"name":"a"}', null],
    ["not JSON", null],
    ["null", null],
  ])("a licence the lockfile leaves out is read from package.json: %s", async (json, licence) => {
    const folder = tempFolder({ "node_modules/a/package.json": json });

    expect((await measurePackage(folder, entry({ licence: null }))).licence).toBe(licence);
  });

  test("the lockfile's licence is taken first", async () => {
    const folder = tempFolder({ "node_modules/a/package.json": '{"license":"ISC"}' });

    expect((await measurePackage(folder, entry({ licence: "MIT" }))).licence).toBe("MIT");
  });
});

describe("what the packages tell", () => {
  test("duplicates are packages in several versions, in the order of their numbers", () => {
    const packages = [
      measured("a", "10.0.0"),
      measured("a", "9.0.0", { path: "node_modules/x/node_modules/a" }),
      measured("b", "1.0.0"),
      measured("b", "1.0.0", { path: "node_modules/x/node_modules/b" }),
    ];

    expect(findDuplicates(packages)).toEqual([
      {
        name: "a",
        versions: [
          { version: "9.0.0", paths: ["node_modules/x/node_modules/a"] },
          { version: "10.0.0", paths: ["node_modules/a"] },
        ],
        here: true,
      },
    ]);
  });

  test("a duplicate of which one version is for another platform is not here", () => {
    const packages = [measured("a", "1.0.0"), measured("a", "2.0.0", { bytes: null })];

    expect(findDuplicates(packages)[0]?.here).toBe(false);
    expect(findDuplicates(packages.map((one) => ({ ...one, bytes: null })))[0]?.here).toBe(true);
  });

  test("the largest come first, the fifteen largest only", () => {
    const packages = Array.from({ length: 20 }, (_, i) => measured(`p${i}`, "1.0.0", { bytes: i }));

    const top = topSizes([...packages, measured("none", "1.0.0", { bytes: null })]);

    expect(top).toHaveLength(15);
    expect(top[0]).toEqual({ name: "p19", version: "1.0.0", bytes: 19, dev: false });
  });

  test("a licence counts once per version, and what names none is listed", () => {
    const packages = [
      measured("a", "1.0.0"),
      measured("a", "1.0.0", { path: "node_modules/x/node_modules/a" }),
      measured("b", "1.0.0", { licence: "ISC" }),
      measured("c", "1.0.0"),
      measured("d", "2.0.0", { licence: null }),
      measured("e", "2.0.0", { licence: "SEE LICENSE IN LICENSE.txt" }),
      measured("f", "2.0.0", { licence: "UNLICENSED" }),
    ];

    expect(countLicences(packages)).toEqual({
      counts: [
        { licence: "MIT", packages: 2 },
        { licence: "ISC", packages: 1 },
        { licence: "UNLICENSED", packages: 1 },
      ],
      unknown: ["d@2.0.0", "e@2.0.0"],
    });
  });

  test("totals tell measured packages from the others", () => {
    const packages = [
      measured("a", "1.0.0", { dev: true }),
      measured("b", "1.0.0", { bytes: null, files: null }),
    ];

    expect(totalsOf(packages, [])).toEqual({
      packages: 2,
      dev: 1,
      measured: 1,
      bytes: 10,
      files: 1,
      duplicated: 0,
    });
  });
});

describe("the report", () => {
  const facts = (packages: readonly Measured[]) => {
    const duplicates = findDuplicates(packages);
    return {
      name: "app",
      totals: totalsOf(packages, duplicates),
      top: topSizes(packages),
      duplicates,
      licences: countLicences(packages),
    };
  };

  test("it has sizes, duplicates and licences", () => {
    const markdown = renderDependencies(
      facts([
        measured("a", "1.0.0", { bytes: 750_000 }),
        measured("a", "2.0.0", { bytes: 250_000, dev: true, licence: null }),
        measured("c", "1.0.0", { bytes: null, files: null }),
        measured("c", "2.0.0", { bytes: null, files: null }),
      ]),
    );

    expect(markdown).toBe(
      [
        "# Dependencies of app\n",
        "4 packages, 1 of them for development only. On disk: 1.0 MB in 2 files. 2 are not installed on this machine.\n",
        "## Largest\n",
        "| package | size | share |",
        "| --- | ---: | ---: |",
        "| a 1.0.0 | 750.0 kB | 75% |",
        "| a 2.0.0 (dev) | 250.0 kB | 25% |\n",
        "## Duplicates\n",
        "- a: 1.0.0, 2.0.0",
        "- 1 more in the lockfile only, for other platforms than this one\n",
        "## Licences\n",
        "- MIT: 3\n",
        "Without a known licence: a@2.0.0.\n",
      ].join("\n"),
    );
  });

  test("without node_modules it says that nothing was measured", () => {
    const markdown = renderDependencies(facts([measured("a", "1.0.0", { bytes: null, files: null })]));

    expect(markdown).toContain("Sizes were not measured: there is no node_modules.");
    expect(markdown).toContain("Every package is installed in one version.");
  });

  test("a folder without packages has a report too", () => {
    expect(renderDependencies(facts([]))).toContain("No packages.");
  });

  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 kB"],
    [999_949, "999.9 kB"],
    [999_950, "1.0 MB"],
    [999_950_000, "1.0 GB"],
  ])("%i bytes read %s", (bytes, text) => {
    expect(toReadableBytes(bytes)).toBe(text);
  });
});
