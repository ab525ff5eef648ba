import { type Code, catalogue } from "./catalogue.ts";

/** What the numbers of codes stand for: the first digits, and what such a code is about. */
const GROUPS: readonly (readonly [prefix: string, title: string])[] = [
  ["MS10", "Loading files"],
  ["MS11", "Ids and names"],
  ["MS12", "References"],
  ["MS20", "The graph"],
  ["MS21", "Values and schemas"],
  ["MS22", "Branches, switches and loops"],
  ["MS30", "Options"],
  ["MS31", "Agents, artifacts, and trying again"],
  ["MS32", "Secrets and untrusted text"],
  ["MS40", "Orchestras and configuration"],
  ["MS50", "Deployments"],
  ["MR1", "The store"],
  ["MR2", "Commands"],
  ["MR3", "Steps of a run"],
];

/** Codes about one matter, in the order of their numbers. */
interface CodeGroup {
  /** `MS20` */
  readonly prefix: string;
  readonly title: string;
  /** At least one. */
  readonly codes: readonly Code[];
}

/** Every code of the catalogue, in groups: what authors get wrong first, then what goes wrong at run time. */
export function codeGroups(): readonly CodeGroup[] {
  const codes = (Object.keys(catalogue) as Code[]).sort();
  return GROUPS.map(([prefix, title]) => ({
    prefix,
    title,
    codes: codes.filter((code) => code.startsWith(prefix)),
  })).filter((group) => group.codes.length > 0);
}
