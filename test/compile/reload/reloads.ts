import { type Reload, Reloader } from "../../../src/compile/reload/reloader.ts";
import { childEntry, type TestWorkspace } from "../workspace.ts";

/** A reloader over real files, and what it has said. */
export interface Reloads {
  readonly reloader: Reloader;
  readonly all: readonly Reload[];
  /** What went wrong that is no mistake in the workspace. */
  readonly errors: readonly unknown[];
  /** The next reload that nobody has asked for yet. */
  next(): Promise<Reload>;
  /** Forgets the reloads that nobody has asked for, when no more come. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function openReloads(workspace: TestWorkspace, timeoutMs?: number): Promise<Reloads> {
  const all: Reload[] = [];
  let taken = 0;
  let wake = () => {};
  const errors: unknown[] = [];
  const reloader = await Reloader.open({
    workspace: { root: workspace.root },
    childEntry,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    onReload(reload) {
      all.push(reload);
      wake();
    },
    onError(error) {
      errors.push(error);
      wake();
    },
  });
  return {
    reloader,
    all,
    errors,
    async next() {
      while (all.length <= taken) {
        if (errors.length > 0) throw errors[0];
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return all[taken++]!;
    },
    async settled() {
      for (;;) {
        taken = all.length;
        await new Promise((resolve) => setTimeout(resolve, 500));
        if (all.length === taken) return;
      }
    },
    close: () => reloader.close(),
  };
}
