import { describe, expect, test } from "vitest";
import { compile, makeWorkspace } from "./workspace.ts";

const config = (diagnostics: string) =>
  `import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ diagnostics: ${diagnostics} } as never);\n`;

const score = (before: string, behind = "", head = "") => `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
${head}
const run = () => "";
const used = task({ output: z.string(), run });
${before}const spare = task({ output: z.string(), run });${behind}

export default defineScore({ id: "letters", nodes: { used } });
`;

async function find(files: Readonly<Record<string, string>>, only?: readonly string[]) {
  using workspace = makeWorkspace(files);
  const { diagnostics, suppressed } = await compile(workspace, only);
  return {
    found: diagnostics.map(({ code, severity, at }) => `${at?.line} ${severity} ${code}`),
    suppressed: suppressed.map(
      ({ diagnostic, reason }) => `${diagnostic.at?.line} ${diagnostic.code}: ${reason}`,
    ),
  };
}

describe("the configuration says how the findings of a code count", () => {
  test.each(["error", "info", "warning"])('as "%s"', async (setting) => {
    const { found } = await find({
      "maestro.config.ts": config(`{ MS2006: "${setting}" }`),
      "scores/letters.ts": score(""),
    });

    expect(found).toEqual([`6 ${setting} MS2006`]);
  });

  test('"off" leaves them out', async () => {
    const { found } = await find({
      "maestro.config.ts": config('{ MS2006: "off" }'),
      "scores/letters.ts": score(""),
    });

    expect(found).toEqual([]);
  });

  test("findings with which nothing could be played stay errors, and the setting is one itself", async () => {
    const { found } = await find({
      "maestro.config.ts": config('{ MS1002: "off", MS3001: "off" }'),
      "scores/letters.ts": "export default 1;\n",
    });

    expect(found).toEqual(["3 error MS3001", "3 error MS3001", "1 error MS1002"]);
  });

  test("a setting that is no word, or no object, is a finding and changes nothing", async () => {
    const word = await find({
      "maestro.config.ts": config('{ MS2006: "of" }'),
      "scores/letters.ts": score(""),
    });
    const list = await find({ "maestro.config.ts": config("null"), "scores/letters.ts": score("") });

    expect(word.found).toEqual(["3 error MS3001", "6 warning MS2006"]);
    expect(list.found).toEqual(["3 error MS3001", "6 warning MS2006"]);
  });
});

describe("a comment answers for a warning of one place", () => {
  test.each<[string, string]>([
    ["in the line before", score("// maestro-ignore MS2006: comes back\n")],
    ["in the line before, further in", score("  //   maestro-ignore   MS2006 :  comes back  \n")],
    ["at the end of the line", score("", " // maestro-ignore MS2006: comes back")],
    [
      "in a file with a byte order mark and CRLF",
      `\ufeff${score("// maestro-ignore MS2006: comes back\n")}`.replaceAll("\n", "\r\n"),
    ],
    [
      "above others",
      score("// maestro-ignore MS2006: comes back\n// maestro-ignore MS2006: comes back\n").replace(
        "// maestro-ignore MS2006: comes back\n// maestro-ignore MS2006",
        "// maestro-ignore MS2006: comes back\n// maestro-ignore MS2202",
      ),
    ],
  ])("%s", async (_what, source) => {
    const { found, suppressed } = await find({ "scores/letters.ts": source });

    expect(suppressed).toEqual([expect.stringMatching(/^[678] MS2006: comes back$/)]);
    expect(found.filter((one) => one.endsWith("MS2006"))).toEqual([]);
    expect(found).toHaveLength(source.includes("MS2202") ? 1 : 0);
  });

  test.each<[string, string]>([
    ["two lines above", score("// maestro-ignore MS2006: comes back\n\n")],
    ["behind what stands in the line before", score("const x = 1; // maestro-ignore MS2006: comes back\n")],
    ["about another code", score("// maestro-ignore MS2202: comes back\n")],
    ["without a reason", score("// maestro-ignore MS2006\n")],
    ["without a reason behind the colon", score("// maestro-ignore MS2006:\n")],
    ["about a code that there is not", score("// maestro-ignore MS9999: comes back\n")],
  ])("not %s, which is found unused", async (_what, source) => {
    const { found, suppressed } = await find({ "scores/letters.ts": source });

    expect(suppressed).toEqual([]);
    expect(found.map((one) => one.slice(2)).sort()).toEqual(["warning MS1016", "warning MS2006"]);
  });

  test.each<[string, string]>([
    ["a text", 'const x = "// maestro-ignore MS2006: comes back";\n'],
    ["a template", "const x = `${1}\n// maestro-ignore MS2006: comes back\n`;\n"],
    ["another comment", "// see // maestro-ignore MS2006: comes back\n"],
    ["a comment between stars", "/* // maestro-ignore MS2006: comes back */\n"],
    ["an expression", "const x = /[//] maestro-ignore MS2006: x/;\n"],
  ])("in %s it is none", async (_what, before) => {
    const { found, suppressed } = await find({ "scores/letters.ts": score(before) });

    expect(suppressed).toEqual([]);
    expect(found.map((one) => one.replace(/^\d+ /, ""))).toEqual(["warning MS2006"]);
  });

  test("errors cannot be suppressed, warnings that count as errors neither", async () => {
    const { found, suppressed } = await find({
      "maestro.config.ts": config('{ MS2006: "error" }'),
      "scores/letters.ts": score("// maestro-ignore MS2006: comes back\n"),
    });

    expect(suppressed).toEqual([]);
    expect(found).toEqual(["6 warning MS1016", "7 error MS2006"]);
  });

  test("errors that count as warnings can", async () => {
    const { found, suppressed } = await find({
      "maestro.config.ts": config('{ MS4006: "warning" }'),
      "scores/letters.ts": score("", "", "")
        .replace(
          "const used = task({",
          "// maestro-ignore MS4006: read by our own tool\nconst used = task({ owner: 'ada',",
        )
        .replace(/^const spare.*$/m, ""),
    });

    expect(suppressed).toEqual(["6 MS4006: read by our own tool"]);
    expect(found).toEqual([]);
  });

  test("in a shared file", async () => {
    const { found, suppressed } = await find({
      "scores/lib/texts.ts": "// maestro-ignore MS2202: nothing here\nexport const text = '';\n",
      "scores/letters.ts": score("", " // maestro-ignore MS2006: comes back", "import './lib/texts.ts';"),
    });

    expect(suppressed).toHaveLength(1);
    expect(found).toEqual(["1 warning MS1016"]);
  });
});

describe("a suppression is not called unused", () => {
  const files = {
    "scores/letters.ts": score("// maestro-ignore MS2202: comes back\n").replace(/^const spare.*$/m, ""),
  };

  test("when only some files were looked at", async () => {
    expect((await find(files)).found).toEqual(["6 warning MS1016"]);
    expect((await find(files, ["scores/letters.ts"])).found).toEqual([]);
  });

  test("when a definition could not be loaded", async () => {
    const { found } = await find({ ...files, "scores/broken.ts": "throw new Error('no');\n" });

    expect(found).toEqual(["1 error MS1004"]);
  });

  test("when the configuration leaves out what it suppresses", async () => {
    const { found } = await find({
      "maestro.config.ts": config('{ MS2006: "off" }'),
      "scores/letters.ts": score("// maestro-ignore MS2006: comes back\n"),
    });

    expect(found).toEqual([]);
  });

  test("when types, which were not checked, may be what it suppresses", async () => {
    const { found } = await find({
      "maestro.config.ts": config('{ MS1001: "warning" }'),
      "scores/letters.ts": score("// maestro-ignore MS1001: a gap in its types\n").replace(
        /^const spare.*$/m,
        "",
      ),
    });

    expect(found).toEqual([]);
  });
});
