export { type Bundle, bundleScore } from "./bundle-score.ts";
export type { CompiledAgent, CompiledConfig, CompiledOrchestra, CompiledScore, Compilation } from "./compilation.ts";
export { type CompileOptions, compileWorkspace } from "./compile-workspace.ts";
export { findWorkspace, type Workspace } from "./find-workspace.ts";
export { type Listing, listFiles } from "./list-files.ts";
