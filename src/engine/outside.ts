/** What steps reach beyond their run. */
export interface Outside {
  /** The value of a secret, or `undefined` when it is not there. */
  readonly secret: (name: string) => string | undefined;
  /** Hosts that `http` nodes may ask. */
  readonly allowHosts: readonly string[];
  /** Absolute path of the folder in which programs run. */
  readonly root: string;
}

/** No secrets, no hosts. */
export const NOTHING_OUTSIDE: Outside = { secret: () => undefined, allowHosts: [], root: "." };
