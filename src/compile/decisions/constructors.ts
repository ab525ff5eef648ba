/** What a call of Maestro's gives: a node, or a reference to a value that exists only while a score runs. */
export type Built = "node" | "reference";

const NODES = "task agent http shell score map loop branch switchOn wait checkpoint artifact";
const REFERENCES =
  "input derive asJson asLines asText frontMatter text oneOf optional secret eq ne gt gte lt lte includes isPresent all any not";

/** By the name under which the package exports it. */
export const CONSTRUCTORS: ReadonlyMap<string, Built> = new Map<string, Built>([
  ...NODES.split(" ").map((name) => [name, "node"] as const),
  ...REFERENCES.split(" ").map((name) => [name, "reference"] as const),
]);

export const PACKAGE = "maestro-ts";
