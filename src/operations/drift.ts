import { orchestraFields } from "../plan/index.ts";
import { type Deployed, deployChanges } from "./deploy-changes.ts";
import type { DeployDraft } from "./deploy-draft.ts";

/** Something about an orchestra that is so in the store, and in no file; or the other way round. */
export type Drift =
  | {
      readonly is: "override";
      readonly orchestra: string;
      readonly field: string;
      readonly value: unknown;
      /** As its author writes it. Absent: no file says it. */
      readonly desired?: string;
      readonly who: string;
      readonly why: string | null;
      /** ISO 8601. */
      readonly at: string;
    }
  | { readonly is: "no file"; readonly orchestra: string }
  | { readonly is: "not deployed"; readonly orchestra: string; readonly file: string }
  /** `fields` differ, or the code does. */
  | { readonly is: "other"; readonly orchestra: string; readonly fields: readonly string[] };

/** What the files do not explain, by orchestra. */
export function driftOf(draft: DeployDraft, deployed: Deployed): Drift[] {
  return deployChanges(draft, deployed).flatMap(
    ({ id, is, fields, deployment, file, after, before }): Drift[] => {
      const found: Drift[] = [];
      if (is === "destroy") found.push({ is: "no file", orchestra: id });
      if (is === "create") found.push({ is: "not deployed", orchestra: id, file: file! });
      if (is === "change" || is === "replace")
        found.push({
          is: "other",
          orchestra: id,
          fields: [...fields.map(({ path }) => path), ...(deployment.from === deployment.to ? [] : ["code"])],
        });
      const said = orchestraFields((after ?? before)!);
      const decided = deployed.overrides.filter(({ orchestra }) => orchestra === id);
      for (const { field, value, who, why, at } of decided) {
        const desired = said.get(field) ?? said.get(`schedule.${field}`);
        const when = { who, why, at: new Date(at).toISOString() };
        const about = { is: "override", orchestra: id, field, value: JSON.parse(value) as unknown } as const;
        found.push({ ...about, ...(desired === undefined ? {} : { desired }), ...when });
      }
      return found;
    },
  );
}
