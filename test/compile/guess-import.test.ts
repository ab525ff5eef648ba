import { expect, test } from "vitest";
import { guessExport, guessFile } from "../../src/compile/guess-import.ts";
import { makeWorkspace } from "./workspace.ts";

test("what a file exports is guessed by its nearest name, and never by the name that was asked for", () => {
  using workspace = makeWorkspace({
    "scores/lib/words.ts": "export const greet = 1;\nexport const bye = 2;\n",
  });
  const guess = (name: string) => guessExport(workspace.root, "scores/a.ts", "./lib/words.ts", name).guess;

  expect([guess("gret"), guess("greet"), guess("nothing")]).toEqual(["greet", undefined, undefined]);
});

test("a file is guessed by its nearest name, and never by its own when it has come meanwhile", () => {
  using workspace = makeWorkspace({ "scores/lib/words.ts": "", "scores/lib/word.ts": "" });
  const guess = (file: string) => guessFile(workspace.root, "scores/a.ts", `./lib/${file}`);

  expect(guess("wrds.ts")).toEqual({ what: "module", guess: "./lib/words.ts", isSure: true });
  expect(guess("words.ts")).toEqual({ what: "module", guess: undefined, isSure: false });
});
