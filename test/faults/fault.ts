/** What finds a fault: seeds of the simulation, from 0 to below `seeds`, or one test by its title. */
export type Finder = { readonly seeds: number } | { readonly file: string; readonly title: string };

/** A mistake in the engine or the store that breaks a promise. */
export interface Fault {
  /** What is wrong then. */
  readonly name: string;
  /** Below src/. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  readonly foundBy: Finder;
}
