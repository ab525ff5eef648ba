import type { Workspace } from "./find-workspace.ts";
export interface Bundle { readonly code: string; readonly hashSource: string; readonly inputs: readonly string[]; readonly external: readonly string[] }
export async function bundleScore(_options: { workspace: Workspace; file: string; outDir: string }): Promise<Bundle> { throw new Error("not yet"); }
