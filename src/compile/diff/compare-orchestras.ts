import { orchestraFields } from "../../plan/index.ts";
import type { CompiledOrchestra } from "../compilation.ts";
import type { Aspect, Change } from "./change.ts";
import { compareFacts } from "./compare-facts.ts";
import type { Fact } from "./node-facts.ts";

/** Everything that differs between two states of one orchestra. */
export function compareOrchestras(before: CompiledOrchestra, after: CompiledOrchestra): Change[] {
  return compareFacts(undefined, factsOf(before), factsOf(after));
}

/** One that plays no score says nothing that counts. */
function factsOf({ plan }: CompiledOrchestra): Map<string, Fact> {
  const fields = plan ? [...orchestraFields(plan)] : [];
  return new Map(fields.map(([path, text]) => [path, { aspect: aspectOf(path), text }]));
}

const ASPECTS: Readonly<Record<string, Aspect>> = {
  name: "title",
  tag: "title",
  description: "title",
  plays: "definition",
  schedule: "schedule",
  on: "schedule",
  secrets: "secret",
  budget: "policy",
  concurrency: "policy",
  input: "binding",
};

function aspectOf(path: string): Aspect {
  return ASPECTS[path.split(/[.[]/, 1)[0]!] ?? "definition";
}
