import { describe, expect, test } from "vitest";
import { mayDecide } from "../../src/compile/decisions/may-decide.ts";

const PREAMBLE = `import { branch, input, map, oneOf, switchOn, task as step, text, type Node } from "maestro-ts";
import * as maestro from "maestro-ts";
const brief = input(schema);
const found: Node<{ ok: boolean }> = step({ output, run: ({ input }) => (input.ok ? 1 : 2) });
const $other = maestro.task({ output, run });
const good = branch(condition);
const kind = switchOn(found.output.kind);
const ok = found.output.ok;
`;

describe("a text in which JavaScript may decide by a reference is parsed", () => {
  test.each([
    "if (found.output.ok) go();",
    "if (!found.output.ok) go();",
    "if ((found.output.ok)) go();",
    "while (a && !(good.yes)) go();",
    "for (let i = 0; brief.more; i++) go();",
    "const x = found.output.ok ? 1 : 2;",
    "const x = found\n  .output.list[0]!.name\n  ? 1\n  : 2;",
    "const x = kind.is('bug') ? 1 : 2;",
    "const x = $other.output && 1;",
    "const x = brief.name || 'nobody';",
    "const x = brief?.name ?? 'nobody';",
    "const x = found.output.kind === 'bug';",
    "const x = 'bug' !== found.output.kind;",
    "const x = ok ? 1 : 2;",
    "const x = oneOf(found.output.name, 'x') ?? 'y';",
    "if (maestro.gte(found.output.n, 1)) go();",
    "map({ over, each: (lead, index) => (lead.vip ? a : b) });",
    "map({ over, each(lead) { return index || lead.vip ? a : b; } });",
    "defineScore({ onError: (failure) => (failure.code ? a : b) });",
  ])("%s", (line) => {
    const may = mayDecide(PREAMBLE + line);

    expect(may).toBe(true);
  });
});

describe("a text that decides by plain values alone is not", () => {
  test.each([
    "export default found;",
    "const sum = step({ input: { n: found.output.n }, run: ({ input }) => (input.n && !input.ok ? input.n : 0) });",
    "const either = maestro.oneOf(found.output.name, 'none');",
    "const list = [found, $other].filter((one) => one !== undefined);",
    "interface Options { found?: string; kind?: number }",
    "const value = derive([ok, found.output], (isOk, all) => (isOk ? all : undefined));",
    "if (process.platform === 'win32') go(found);",
  ])("%s", (line) => {
    const may = mayDecide(PREAMBLE + line);

    expect(may).toBe(false);
  });

  test("and one that builds nothing of Maestro's neither", () => {
    const may = mayDecide('import { z } from "zod";\nconst found = task();\nif (found.output.ok) go();');

    expect(may).toBe(false);
  });
});
