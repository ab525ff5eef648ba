import type { AgentPlan, OrchestraPlan } from "../plan/index.ts";

/** What the files of a workspace want to be there: all orchestras, and the scores that they play, compiled. */
export interface DeployDraft {
  readonly orchestras: readonly DraftOrchestra[];
  readonly deployments: readonly DraftDeployment[];
}

export interface DraftOrchestra {
  readonly plan: OrchestraPlan;
  /** Hash of the deployment of its score. */
  readonly deployment: string;
  /** Path from the workspace's root. */
  readonly file: string;
}

/** Where the code of a deployment lies, which may be large. */
export interface DraftDeployment {
  readonly hash: string;
  readonly score: string;
  /** The plan as it was written down. */
  readonly plan: string;
  /** Those that only scores have which it plays. */
  readonly agents?: Readonly<Record<string, AgentPlan>>;
  /** Absolute path. */
  readonly codeFile: string;
}
