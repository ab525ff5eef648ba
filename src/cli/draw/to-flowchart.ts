import type { Drawing, DrawnNode } from "./drawing.ts";

/** How the reader of a flowchart wants its texts: `quote` gives them with everything around them that they need. */
export interface Dialect {
  readonly quote: (text: string) => string;
}

const SHAPES: Readonly<Record<DrawnNode["kind"], readonly [string, string]>> = {
  task: ["[", "]"],
  agent: ["[", "]"],
  http: ["[", "]"],
  shell: ["[", "]"],
  score: ["[[", "]]"],
  map: ["[", "]"],
  loop: ["[", "]"],
  wait: ["([", "])"],
  checkpoint: ["{{", "}}"],
  artifact: ["[/", "/]"],
  branch: ["{", "}"],
  switchOn: ["{", "}"],
  oneOf: ["(", ")"],
  derive: ["(", ")"],
  text: ["(", ")"],
  input: ["([", "])"],
  output: ["([", "])"],
};

/** `drawing` as a Mermaid flowchart. Ids are numbers, so that no name can be taken for a word of the language. */
export function toFlowchart({ nodes, edges }: Drawing, { quote }: Dialect): string {
  const ids = new Map(nodes.map(({ name }, i) => [name, `n${i}`]));
  const inside = Map.groupBy(nodes, ({ map }) => map);
  const lines = ["flowchart TD"];
  const addNodes = (map: string | undefined, indent: string) => {
    for (const { name, label, kind } of inside.get(map) ?? []) {
      const id = ids.get(name)!;
      if (kind === "map" && inside.has(name)) {
        lines.push(`${indent}subgraph ${id}[${quote(`${label}: each item`)}]`);
        addNodes(name, `${indent}  `);
        lines.push(`${indent}end`);
      } else lines.push(`${indent}${id}${SHAPES[kind][0]}${quote(label)}${SHAPES[kind][1]}`);
    }
  };
  addNodes(undefined, "  ");
  for (const { from, to, kind, label } of edges) {
    const arrow = kind === "after" ? "-.->" : "-->";
    lines.push(`  ${ids.get(from)} ${arrow}${label === undefined ? "" : `|${quote(label)}|`} ${ids.get(to)}`);
  }
  return `${lines.join("\n")}\n`;
}
