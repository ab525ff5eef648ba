import { expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { whoIs, whyIs } from "../../src/cli/who-is.ts";
import { fakeIo } from "./fake-io.ts";

const io = (env: Readonly<Record<string, string>> = {}) => fakeIo("/", { env });

test("who does something is who they say, else whom the system knows, and never nobody", () => {
  expect(whoIs(io({ USER: "root" }), "Ada Lovelace")).toBe("Ada Lovelace");
  expect(whoIs(io({ USER: "root" }), undefined)).toBe("root");
  expect(whoIs(io({ USER: "", USERNAME: "eve" }), undefined)).toBe("eve");
  expect(whoIs(io({ USER: "a\nb" }), undefined)).toBe("unknown");
  for (const nobody of ["", "  ", "a\nb", "\u001b[31mred", "x".repeat(201)])
    expect(() => whoIs(io(), nobody), nobody).toThrow("--by says who does it");
});

test("a run whose name is empty, as of a variable that is not set, is refused before any is looked for", async () => {
  for (const words of [
    ["cancel", "", "--yes"],
    ["resume", ""],
    ["runs", "show", ""],
    ["approve", ""],
  ]) {
    const said: string[] = [];

    const code = await main(words, fakeIo("/", { warn: (text) => void said.push(text) }));

    expect({ code, said: said[0] }).toEqual({ code: 2, said: "error: The name of the run is empty." });
  }
});

test("why somebody does something is said in words that another process takes as well", () => {
  expect(whyIs("--why", undefined)).toBeUndefined();
  expect(whyIs("--why", "summer\nand winter")).toBe("summer\nand winter");
  for (const nothing of ["", " ", "x".repeat(4_001)])
    expect(() => whyIs("--reason", nothing)).toThrow("--reason says why");
});
