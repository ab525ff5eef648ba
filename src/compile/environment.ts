/** Where a workspace is going to be played, as far as checking it needs: which variables there are, never their values. */
export interface Environment {
  /** As `--env` names it. */
  readonly name: string;
  /** Absolute path of the workspace, from which packages are looked up. */
  readonly root: string;
  readonly variables: ReadonlyMap<string, "set" | "empty">;
}
