export { type Bundle, type BundleProblem, bundleScore, isBundle } from "./bundle-score.ts";
export type {
  Compilation,
  CompiledAgent,
  CompiledConfig,
  CompiledOrchestra,
  CompiledScore,
  Suppressed,
} from "./compilation.ts";
export { type CompileOptions, compileWorkspace } from "./compile-workspace.ts";
export { findWorkspace, type Workspace } from "./find-workspace.ts";
export { type Listing, listFiles } from "./list-files.ts";
