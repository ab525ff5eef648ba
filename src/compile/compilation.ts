import type { Diagnostic } from "../diagnostics/index.ts";
import type { LoadedAgent, LoadedConfig, LoadedOrchestra, LoadedScore, Loader } from "./child/protocol.ts";

/** A score that was loaded. With a finding of severity error about it, its plan is not fit to be played. */
export interface CompiledScore extends Omit<LoadedScore, "is"> {
  /** Path from the workspace's root, with `/`. */
  readonly file: string;
  /** Every file that it imports, itself included, but those of installed packages; sorted. Beside the root: `../x.ts`. */
  readonly reached: readonly string[];
}

export interface CompiledAgent extends Omit<LoadedAgent, "is"> {
  readonly file: string;
}

export interface CompiledOrchestra extends Omit<LoadedOrchestra, "is"> {
  readonly file: string;
}

export interface CompiledConfig extends Omit<LoadedConfig, "is"> {
  readonly file: string;
}

/** A finding for which a comment gives a reason. */
export interface Suppressed {
  readonly diagnostic: Diagnostic;
  readonly reason: string;
}

/** What a workspace compiles to. All of it is plain data. */
export interface Compilation {
  readonly scores: readonly CompiledScore[];
  readonly agents: readonly CompiledAgent[];
  readonly orchestras: readonly CompiledOrchestra[];
  readonly config: CompiledConfig | undefined;
  /** Every file that the configuration imports, itself included, but those of installed packages. */
  readonly configReached: readonly string[];
  /** In the order of files, lines and columns, as the author's settings make them count. */
  readonly diagnostics: readonly Diagnostic[];
  /** Those that a comment in the source answers for; in the same order. */
  readonly suppressed: readonly Suppressed[];
  /** Every file that was read but those of installed packages, sorted. Beside the root: `../x.ts`. */
  readonly files: readonly string[];
  readonly loader: Loader;
  readonly durationMs: number;
}
