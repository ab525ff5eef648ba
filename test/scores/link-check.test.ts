import { symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Broken, checkFile, type FileReport, toTarget } from "../../scores/lib/check-file.ts";
import { sumUp, toRefusal, webAddresses } from "../../scores/lib/link-result.ts";
import { listMarkdown } from "../../scores/lib/markdown-files.ts";
import { tempFolder } from "./temp.ts";

describe("listing Markdown files", () => {
  test("installed, built and hidden machinery is skipped, other folders are not", async () => {
    const folder = tempFolder({
      "README.md": "",
      "docs/a.markdown": "",
      "docs/B.MD": "",
      ".github/c.md": "",
      "src/d.ts": "",
      "node_modules/x/README.md": "",
      "packages/p/dist/e.md": "",
      ".git/f.md": "",
      ".maestro/g.md": "",
    });

    const { files, left } = await listMarkdown({ folder, max: 10 });

    expect(files).toEqual([".github/c.md", "README.md", "docs/B.MD", "docs/a.markdown"]);
    expect(left).toBe(0);
  });

  test("what max leaves out is counted", async () => {
    const folder = tempFolder({ "a.md": "", "b.md": "", "c.md": "" });

    expect(await listMarkdown({ folder, max: 2 })).toEqual({ files: ["a.md", "b.md"], left: 1 });
  });

  test("a folder that links to itself is walked once", async () => {
    const folder = tempFolder({ "a.md": "" });
    symlinkSync(folder, path.join(folder, "again"));

    expect(await listMarkdown({ folder, max: 9 })).toEqual({ files: ["a.md"], left: 0 });
  });

  test("a folder that is not there is named in a sentence", async () => {
    const missing = path.join(tempFolder(), "missing");

    await expect(listMarkdown({ folder: missing, max: 9 })).rejects.toThrow(
      `There is no folder "${missing}"`,
    );
  });
});

describe("what a target means", () => {
  test.each([
    ["a/b.md#c", { kind: "local", path: "a/b.md", fragment: "c" }],
    ["my%20file.md?raw=1#%C3%BC", { kind: "local", path: "my file.md", fragment: "ü" }],
    ["#a#b", { kind: "local", path: "", fragment: "a#b" }],
    ["https://a.example/b#c", { kind: "web", url: "https://a.example/b" }],
    ["//a.example", { kind: "web", url: "https://a.example/" }],
    ["mailto:a@b.example", { kind: "other" }],
    ["vscode:extension/x", { kind: "other" }],
    ["", { kind: "wrong", why: "it has no target" }],
    ["100%.md", { kind: "wrong", why: "its % does not begin a valid escape: write %25 for a percent sign" }],
    ["https://", { kind: "wrong", why: "it is no valid address" }],
  ])("%j", (target, meaning) => {
    expect(toTarget(target)).toEqual(meaning);
  });
});

describe("checking a file", () => {
  const folder = () =>
    tempFolder({
      "docs/other.md": "# Two Words\n\n## Two Words\n\n<a id='Fixed'></a>\n",
      "docs/my file.md": "",
      "src/run.ts": "",
    });
  const brokenIn = async (markdown: string) => {
    const at = folder();
    writeFileSync(path.join(at, "docs/start.md"), markdown);
    return checkFile({ folder: at, file: "docs/start.md" });
  };

  test.each([
    "[a](other.md)",
    "[a](./other.md#two-words)",
    "[a](other.md#two-words-1)",
    "[a](other.md#Fixed)",
    "[a](../src/run.ts#L10)",
    "[a](../src)",
    "[a](../src/)",
    "[a](/docs/other.md)",
    "[a](my%20file.md)",
    "[a](<my file.md>)",
    '[a](other.md "title")',
    "[a](#here)\n\n# Here",
    "[a](#top) [b](#)",
    "[a][b]\n\n[b]: other.md#two-words",
    "![a](../src/run.ts)",
  ])("%j is whole", async (markdown) => {
    expect(await brokenIn(markdown)).toMatchObject({ broken: [] });
  });

  test.each([
    ["[a](missing.md)", "missing.md", "there is no file or folder docs/missing.md"],
    ["[a](/missing.md)", "/missing.md", "there is no file or folder missing.md"],
    ["[a](other.md#three)", "other.md#three", "there is no heading #three in docs/other.md"],
    ["[a](#Here)\n\n# Here", "#Here", "there is no heading #Here in this file: did you mean #here?"],
    [
      "[a](other.md#fixed)",
      "other.md#fixed",
      "there is no heading #fixed in docs/other.md: did you mean #Fixed?",
    ],
    ["![a](missing.png)", "missing.png", "there is no file or folder docs/missing.png"],
    ["<img src='missing.png'>", "missing.png", "there is no file or folder docs/missing.png"],
    [
      "[a](my file.md)",
      "my file.md",
      "a target with spaces is no link: write %20 for each, or put it in <…>",
    ],
    ["[a]: missing.md", "missing.md", "there is no file or folder docs/missing.md"],
    ["[a](%00)", "%00", expect.stringContaining("there is no file or folder")],
  ])("%j is broken", async (markdown, target, why) => {
    expect((await brokenIn(markdown)).broken).toEqual([{ at: "docs/start.md:1", target, why }]);
  });

  test("links are told apart and carry their line; code has none", async () => {
    const report = await brokenIn(
      "# A\n\n[a](other.md) <https://a.example/#x>\n\n```\n[a](missing.md)\n```\n[m](mailto:a@b.example)\n[b](no.md)\n",
    );

    expect(report).toEqual({
      file: "docs/start.md",
      local: 2,
      other: 1,
      web: [{ at: "docs/start.md:3", url: "https://a.example/" }],
      broken: [{ at: "docs/start.md:9", target: "no.md", why: "there is no file or folder docs/no.md" }],
    });
  });
});

describe("summing up", () => {
  const report = (file: string, some: Partial<FileReport> = {}): FileReport => ({
    file,
    local: 0,
    other: 0,
    web: [],
    broken: [],
    ...some,
  });
  const web = (at: string, url: string) => ({ at, url });

  test("each address is asked once", () => {
    const reports = [
      report("a.md", { web: [web("a.md:1", "https://b.example/"), web("a.md:2", "https://a.example/")] }),
    ];

    expect(webAddresses([...reports, ...reports])).toEqual(["https://a.example/", "https://b.example/"]);
  });

  test("broken links stand in the order of files and lines, the web's among them", () => {
    const broken: Broken = { at: "a.md:10", target: "x.md", why: "gone" };
    const reports = [
      report("a.md", {
        local: 3,
        other: 1,
        broken: [broken],
        web: [web("a.md:9", "https://a.example/"), web("a.md:11", "https://b.example/")],
      }),
      report("b.md", { web: [web("b.md:1", "https://a.example/")] }),
    ];
    const answers = [
      { url: "https://a.example/", state: "broken" as const, why: "it answers 404" },
      { url: "https://b.example/", state: "unsure" as const, why: "it answers 403" },
    ];

    const result = sumUp(reports, answers, 2);

    expect(result.broken.map(({ at }) => at)).toEqual(["a.md:9", "a.md:10", "b.md:1"]);
    expect(result.totals).toEqual({
      files: 2,
      links: 7,
      local: 3,
      web: 3,
      other: 1,
      asked: 2,
      unsure: 1,
      broken: 3,
      filesLeft: 2,
    });
  });

  test("a strict run fails with the places, at most twenty of them", () => {
    const broken = Array.from({ length: 21 }, (_, i) => ({
      at: `a.md:${i + 1}`,
      target: "x.md",
      why: "gone",
    }));

    expect(toRefusal(broken.slice(0, 1))).toBe("1 link is broken: a.md:1 → x.md (gone).");
    expect(toRefusal(broken)).toMatch(
      /^21 links are broken: a\.md:1 → .*a\.md:20 → x\.md \(gone\) and 1 more\.$/,
    );
  });
});
