import { agents } from "./catalogue/agents.ts";
import { artifacts } from "./catalogue/artifacts.ts";
import { budgets } from "./catalogue/budgets.ts";
import { children } from "./catalogue/children.ts";
import { control } from "./catalogue/control.ts";
import { deployments } from "./catalogue/deployments.ts";
import { deploys } from "./catalogue/deploys.ts";
import { dev } from "./catalogue/dev.ts";
import { given } from "./catalogue/given.ts";
import { graph } from "./catalogue/graph.ts";
import { history } from "./catalogue/history.ts";
import { limits } from "./catalogue/limits.ts";
import { loading } from "./catalogue/loading.ts";
import { modelRules } from "./catalogue/model-rules.ts";
import { models } from "./catalogue/models.ts";
import { orchestras } from "./catalogue/orchestras.ts";
import { orchestrator } from "./catalogue/orchestrator.ts";
import { policies } from "./catalogue/policies.ts";
import { runs } from "./catalogue/runs.ts";
import { security } from "./catalogue/security.ts";
import { store } from "./catalogue/store.ts";
import { understudies } from "./catalogue/understudies.ts";
import { values } from "./catalogue/values.ts";
import { versions } from "./catalogue/versions.ts";
import { webhooks } from "./catalogue/webhooks.ts";
import type { Entry } from "./entry.ts";

/** Everything that can be wrong, by code: MS is an author's finding, MR a failure while something runs. */
export const catalogue = {
  ...loading,
  ...graph,
  ...values,
  ...policies,
  ...limits,
  ...agents,
  ...models,
  ...modelRules,
  ...understudies,
  ...budgets,
  ...security,
  ...orchestras,
  ...runs,
  ...given,
  ...versions,
  ...control,
  ...history,
  ...deploys,
  ...deployments,
  ...dev,
  ...artifacts,
  ...children,
  ...orchestrator,
  ...webhooks,
  ...store,
};

export type Code = keyof typeof catalogue;

/** What a code's texts are made from. */
export type FactsOf<C extends Code> = (typeof catalogue)[C] extends Entry<infer Facts> ? Facts : never;
