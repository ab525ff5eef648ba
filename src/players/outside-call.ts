/** One attempt at a step that reaches outside, a request or a program, as its player sees it. */
export interface OutsideCall {
  /**
   * What the node's expressions came to, with its secrets opened.
   * `http`: `{ url, query?, headers?, body? }`; `shell`: `{ command?, script?, cwd?, env?, stdin? }`.
   */
  readonly input: unknown;
  /** Ends the attempt: the connection is closed, the program and all it started are ended. */
  readonly signal: AbortSignal;
  /** The same for every attempt of this step. */
  readonly idempotencyKey: string;
  /** The secrets that may stand in `input`, by name. Nothing a player gives, throws or logs holds one of their values. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly settings: OutsideSettings;
  /** Writes a line to the run's log. `data` is JSON. */
  log(message: string, data: unknown): void;
}

/** What the workspace lets its steps do. */
interface OutsideSettings {
  /** `crm.example.com`, `*.example.com` for all below it, `crm.example.com:8080` for a port that is not the usual one. */
  readonly allowHosts: readonly string[];
  /** Also addresses that only this machine or its network reaches. */
  readonly allowPrivate: boolean;
  /** The workspace's folder, as an absolute path. */
  readonly root: string;
}
