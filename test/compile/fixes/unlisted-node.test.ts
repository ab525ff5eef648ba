import { describe, expect, test } from "vitest";
import { applyFixesEach } from "./apply.ts";

const HEAD = `import { defineScore, map, task } from "maestro-ts";
import { z } from "zod";

const out = z.object({ n: z.number() });
const run = () => ({ n: 1 });
`;

const score = (nodes: string, more = "") => `${HEAD}${more}
const first = task({ output: out, run });
const second = task({ output: out, run });
const third = task({ input: { n: second.output.n, m: first.output.n }, output: out, run });

export default defineScore({
  id: "numbers",
  nodes: ${nodes},
});
`;

const fix = 'MS2001 "second" added to `nodes`';

describe("a node that is read and not listed is added to `nodes`, after those that are built before it", () => {
  const listed: readonly (readonly [string, string, string])[] = [
    ["in one line", "{ first, third }", "{ first, second, third }"],
    ["with a comma at the end", "{ first, third, }", "{ first, second, third, }"],
    ["without spaces", "{first,third}", "{first, second,third}"],
    ["with other names for nodes", "{ 'a-b': first, last: third }", "{ 'a-b': first, second, last: third }"],
    ["with a comment between", "{ first /* one */, third }", "{ first /* one */, second, third }"],
    ["one per line", "{\n    first,\n    third,\n  }", "{\n    first,\n    second,\n    third,\n  }"],
    [
      "one per line, with tabs",
      "{\n\t\tfirst,\n\t\tthird\n\t}",
      "{\n\t\tfirst,\n\t\tsecond,\n\t\tthird\n\t}",
    ],
    [
      "one per line, with comments",
      "{\n    // before\n    first, // one\n    /* three */ third, // last\n  }",
      "{\n    // before\n    first, // one\n    second,\n    /* three */ third, // last\n  }",
    ],
    ["several per line", "{\n    first, third,\n  }", "{\n    first, second, third,\n  }"],
    ["behind the last", "{ third, first }", "{ third, first, second }"],
    ["behind the last, with a comma", "{ third, first, }", "{ third, first, second, }"],
    ["behind the last, with a comment", "{ third, first /* one */ }", "{ third, first /* one */, second }"],
    [
      "behind the last of lines",
      "{\n    third,\n    first // one\n  }",
      "{\n    third,\n    first, // one\n    second\n  }",
    ],
    [
      "behind the last of lines, with a comma",
      "{\n    third,\n    first, // one\n  }",
      "{\n    third,\n    first, // one\n    second,\n  }",
    ],
    [
      "behind the last of lines, without",
      "{\n    third,\n    first\n  }",
      "{\n    third,\n    first,\n    second\n  }",
    ],
  ];
  const applied = applyFixesEach(
    listed.map(([, before]) => score(before)),
    "numbers",
  );

  test.each(listed.map(([what, , after], i) => [what, after, i] as const))("%s", async (_what, after, i) => {
    expect((await applied)[i]).toEqual({ before: [fix], after: [], text: score(after) });
  });

  const alone = (nodes: string) => `${HEAD}
const second = task({ output: out, run });
const third = task({ input: { n: second.output.n }, output: out, run });

export default defineScore({ id: "numbers", nodes: ${nodes} });
`;

  const firstOfAll: readonly (readonly [string, string, string])[] = [
    ["in one line", "{ third }", "{ second, third }"],
    ["without spaces", "{third}", "{second, third}"],
    ["one per line", "{\n  third,\n}", "{\n  second,\n  third,\n}"],
    [
      "one per line, with comments",
      "{ // all\n  // the last\n  third,\n}",
      "{ // all\n  second,\n  // the last\n  third,\n}",
    ],
  ];
  const appliedToAlone = applyFixesEach(
    firstOfAll.map(([, before]) => alone(before)),
    "numbers",
  );

  test.each(firstOfAll.map(([what, , after], i) => [what, after, i] as const))(
    "as the first of all, %s",
    async (_what, after, i) => {
      expect((await appliedToAlone)[i]).toMatchObject({ after: [], text: alone(after) });
    },
  );

  test("inside a map, to the `nodes` that its `each` returns", async () => {
    const inside = (nodes: string) => `${HEAD}
const each = map({
  over: [1, 2],
  maxItems: 2,
  each: (n) => {
    const one = task({ input: { n }, output: out, run });
    const two = task({ input: { n: one.output.n }, output: out, run });
    return { nodes: ${nodes}, output: two.output };
  },
});

export default defineScore({ id: "numbers", nodes: { each } });
`;

    const [applied] = await applyFixesEach([inside("{ two }")], "numbers");

    expect(applied).toMatchObject({ after: [], text: inside("{ one, two }") });
  });

  test("to a `nodes` that is a constant", async () => {
    const constant = (nodes: string) =>
      score("all", "").replace("export default", `const all = ${nodes};\nexport default`);

    const [applied] = await applyFixesEach([constant("{ first, third }")], "numbers");

    expect(applied!.text).toBe(constant("{ first, second, third }"));
  });
});

describe("nothing is offered for a node", () => {
  const numbers = (body: string, nodes: string) => `${HEAD}${body}
export default defineScore({ id: "numbers", nodes: ${nodes} });
`;

  const sources: readonly (readonly [string, string])[] = [
    [
      "that has no const of its own",
      numbers(
        "const last = task({ input: task({ output: out, run }).output, output: out, run });",
        "{ last }",
      ),
    ],
    [
      "that a helper builds",
      numbers(
        "const make = () => task({ output: out, run });\nconst one = make();\nconst last = task({ input: one.output, output: out, run });",
        "{ last }",
      ),
    ],
    [
      "whose name another node has",
      numbers(
        "const one = task({ output: out, run });\nconst last = task({ input: one.output, output: out, run });",
        "{ one: last }",
      ),
    ],
    [
      "whose const cannot be the name of a node",
      numbers(
        "const _one = task({ output: out, run });\nconst last = task({ input: _one.output, output: out, run });",
        "{ last }",
      ),
    ],
    [
      "when `nodes` is filled from elsewhere, which may have the name",
      numbers(
        "const one = task({ output: out, run });\nconst last = task({ input: one.output, output: out, run });\nconst shared = { last };",
        "{ ...shared }",
      ),
    ],
  ];
  const applied = applyFixesEach(
    sources.map(([, source]) => source),
    "numbers",
  );

  test.each(sources.map(([what], i) => [what, i] as const))("%s", async (_what, i) => {
    expect((await applied)[i]).toMatchObject({ before: ["MS2001"], after: ["MS2001"] });
  });
});
