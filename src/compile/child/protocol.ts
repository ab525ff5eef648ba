import type { Finding } from "../../define/finding.ts";
import type { Site } from "../../define/site.ts";
import type { JsonSchema, Plan } from "../../plan/index.ts";
import type { Json } from "../../support/json.ts";

/** How TypeScript becomes JavaScript: Node's own type stripping, or tsx for what that refuses. */
export type Loader = "strip" | "tsx";

/** A file whose default export is a definition. `file` is its path from the root, with `/`. */
export interface DefinitionFile {
  readonly file: string;
  readonly kind: "score" | "agent" | "orchestra" | "config";
}

/** What the child is told on its standard input. */
export interface Job {
  readonly root: string;
  readonly loader: Loader;
  readonly files: readonly DefinitionFile[];
  /** A module that resolves no import for so long is stuck. */
  readonly silenceMs: number;
  /** The child's heap, for telling a stuck module from one that eats memory. */
  readonly memoryMb: number;
}

/** `from` imports `to`; both paths from the root, with `../` for files beside the workspace. */
export interface ImportEdge {
  readonly from: string;
  readonly specifier: string;
  readonly to: string;
}

/** Why a module could not be evaluated. Positions are those of the source, `file` a path from the root. */
export type Failure =
  | {
      readonly is: "threw";
      readonly name: string;
      readonly detail: string;
      readonly sites: readonly Site[];
      readonly mayBeCycle: boolean;
    }
  | { readonly is: "syntax"; readonly detail: string; readonly site: Site | undefined }
  | { readonly is: "missingModule"; readonly specifier: string; readonly from: string | undefined }
  | {
      readonly is: "missingExport";
      readonly specifier: string;
      readonly name: string;
      readonly site: Site | undefined;
    }
  | { readonly is: "endless"; readonly afterMs: number; readonly site: Site | undefined }
  | { readonly is: "ended"; readonly how: string; readonly site: Site | undefined };

/** A score as plain data. */
export interface LoadedScore {
  readonly is: "score";
  readonly id: string;
  readonly title?: string;
  readonly plan: Plan;
  /** Where each node was built, by its path from the root, `drafts/letter`. `""` is the score itself. */
  readonly sites: Readonly<Record<string, readonly Site[]>>;
  /** Schema of what references into the input read, with defaults filled in; absent when JSON Schema cannot say it. */
  readonly inputValues?: JsonSchema;
  /** What tasks take, by the path of their node. */
  readonly inputs: Readonly<Record<string, JsonSchema>>;
}

export interface LoadedAgent {
  readonly is: "agent";
  readonly id: string;
  readonly model: string;
  readonly sites: readonly Site[];
}

export interface LoadedOrchestra {
  readonly is: "orchestra";
  readonly id: string;
  readonly name?: string;
  /** Id of the score it plays; absent when `plays` is no score. */
  readonly score?: string;
  /** What `plays` is, in words, when it is no score. */
  readonly playsInstead?: string;
  readonly input: Json;
  readonly schedule?: { readonly cron: string; readonly timezone: string; readonly overlap?: string };
  /** By the name of a secret the variable of the environment that it comes from. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly sites: readonly Site[];
}

export interface LoadedConfig {
  readonly is: "config";
  readonly store: { readonly file?: string; readonly durability?: "power" | "process" };
}

export type LoadedDefinition = LoadedScore | LoadedAgent | LoadedOrchestra | LoadedConfig;

/** What became of one file. */
export interface LoadedFile {
  readonly file: string;
  readonly definition?: LoadedDefinition;
  readonly failures: readonly Failure[];
  readonly findings: readonly Finding[];
  /** Built-in functions that the module replaced. */
  readonly changed: readonly string[];
}

/** One line of what the child writes to file descriptor 3. */
export type Message =
  | { readonly is: "loading"; readonly file: string }
  | { readonly is: "loaded"; readonly loaded: LoadedFile; readonly imports: readonly ImportEdge[] }
  /** Written right before the process ends or hangs, so that the next line may never come. */
  | { readonly is: "ending"; readonly how: string; readonly site: Site | undefined }
  | { readonly is: "stuck"; readonly site: Site | undefined }
  | { readonly is: "needsTsx" }
  | { readonly is: "done" };
