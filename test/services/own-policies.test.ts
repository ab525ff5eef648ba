import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POLICY_WORKER } from "../../src/paths.ts";
import type { AskPolicy } from "../../src/players/models/model-settings.ts";
import { ownPolicies } from "../../src/services/policies/own-policies.ts";

const CODE = `let asked = 0;
export default { routing: { policies: {
  reversed: (candidates) => candidates.map(({ model }) => model).reverse(),
  counting: () => [String(++asked)],
  throws: () => { throw new Error("no idea"); },
  quits: () => process.exit(3),
  endless: () => { for (;;); },
  functions: () => [() => 1],
  secrets: () => [JSON.stringify(process.env)],
} } };
`;
const folder = mkdtempSync(join(tmpdir(), "maestro-policies-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("policies in a thread of their own", () => {
  const known = { calls: 0, failed: 0, judged: 0, passed: 0, underWay: 0, waiting: 0 };
  const candidates = ["a/one", "b/two"].map((model, tier) => ({ model, tier, ...known }));
  const situation = { agent: "writer", attempt: 1, failures: 0, round: 1, escalation: 0 };
  let order: AskPolicy;
  const ask = (policy: string) => order({ policy, candidates, situation });

  beforeAll(() => {
    const file = join(folder, "config.mjs");
    writeFileSync(file, CODE);
    order = ownPolicies(POLICY_WORKER, file, 2_000);
  });

  test("put models in order, one thread for all questions", async () => {
    expect(await ask("reversed")).toEqual(["b/two", "a/one"]);
    expect(await ask("counting")).toEqual(["1"]);
    expect(await ask("counting")).toEqual(["2"]);
  });

  test("see no variable of this process's environment", async () => {
    expect(await ask("secrets")).toEqual(["{}"]);
  });

  test.each([
    ["throws", "no idea"],
    ["unknown", "there is no policy of that name"],
    ["quits", "it ended its thread"],
    ["endless", "it gave nothing within 2000 ms"],
  ])(
    "that are of no use (%s) are told in words, and the next question is answered",
    async (policy, problem) => {
      await expect(ask(policy)).rejects.toThrow(problem);

      expect(await ask("reversed")).toEqual(["b/two", "a/one"]);
    },
  );

  test("give nothing where what they give cannot leave the thread", async () => {
    expect(await ask("functions")).toBeUndefined();
  });
});
