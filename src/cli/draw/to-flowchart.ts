import { type Drawing, type DrawnEdge, type DrawnNode, frameTitle } from "./drawing.ts";

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
  artifact: ["[(", ")]"],
  branch: ["{", "}"],
  switchOn: ["{", "}"],
  oneOf: ["(", ")"],
  derive: ["(", ")"],
  text: ["(", ")"],
  input: ["([", "])"],
  output: ["([", "])"],
  onError: ["[", "]"],
};

/** A guard and a value are solid, order alone is dotted; what only happens after a failure is thick. */
const ARROWS: Readonly<Record<DrawnEdge["kind"], string>> = {
  data: "-->",
  guard: "-->",
  choice: "-->",
  after: "-.->",
  fallback: "==>",
  reconstruct: "==>",
};

/** `drawing` as a Mermaid flowchart. Ids are numbers, so that no name can be taken for a word of the language. */
export function toFlowchart({ nodes, edges }: Drawing, { quote }: Dialect): string {
  const ids = new Map(nodes.map(({ name }, i) => [name, `n${i}`]));
  const inside = Map.groupBy(nodes, (node) => node.inside);
  const lines = ["flowchart TD"];
  const addNodes = (frame: string | undefined, indent: string) => {
    for (const node of inside.get(frame) ?? []) {
      const { name, label, kind } = node;
      const id = ids.get(name)!;
      if (inside.has(name)) {
        lines.push(`${indent}subgraph ${id}[${quote(frameTitle(node))}]`);
        addNodes(name, `${indent}  `);
        lines.push(`${indent}end`);
      } else lines.push(`${indent}${id}${SHAPES[kind][0]}${quote(label)}${SHAPES[kind][1]}`);
    }
  };
  addNodes(undefined, "  ");
  for (const { from, to, kind, label } of edges) {
    const said = label === undefined ? "" : `|${quote(label)}|`;
    lines.push(`  ${ids.get(from)} ${ARROWS[kind]}${said} ${ids.get(to)}`);
  }
  return `${lines.join("\n")}\n`;
}
