import { expect, test } from "vitest";
import { parseOutput } from "../../../src/compile/types/parse-output.ts";

test("each error has its place, its code, its text and the lines that say why", () => {
  const { problems } = parseOutput(
    [
      "scores/b (1,2).ts(3,14): error TS2322: Type 'Ref<number>' is not assignable to type 'Bind<string>'.",
      "  Type 'Ref<number>' is not assignable to type 'Ref<string>'.",
      "    Type 'number' is not assignable to type 'string'.",
      "tsconfig.json(2,1): error TS1005: '}' expected.",
      "error TS18003: No inputs were found.",
    ].join("\r\n"),
  );

  expect(problems).toEqual([
    {
      at: { file: "scores/b (1,2).ts", line: 3, column: 14 },
      code: 2322,
      text: "Type 'Ref<number>' is not assignable to type 'Bind<string>'.",
      chain: [
        "  Type 'Ref<number>' is not assignable to type 'Ref<string>'.",
        "    Type 'number' is not assignable to type 'string'.",
      ],
    },
    { at: { file: "tsconfig.json", line: 2, column: 1 }, code: 1005, text: "'}' expected.", chain: [] },
    { at: undefined, code: 18003, text: "No inputs were found.", chain: [] },
  ]);
});

test("files that were read are told from errors, and from what a compiler says that breaks down", () => {
  expect(parseOutput("/w/scores/a.ts\nC:/w/scores/b.ts\npanic: out of memory\n")).toEqual({
    problems: [],
    files: ["/w/scores/a.ts", "C:/w/scores/b.ts"],
    rest: ["panic: out of memory"],
  });
});
