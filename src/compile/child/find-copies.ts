import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Copy, loadedCopies } from "../../support/copies.ts";
import type { Failure, LoadedCopy } from "./protocol.ts";
import type { ImportRecord } from "./record-imports.ts";
import { toInput } from "./to-site.ts";

const MOST_STEPS = 1_000;

/** Says when one more copy of this package has been loaded than the first: with each file that brings another. */
export function findCopies(root: string, imports: ImportRecord): () => Failure[] {
  let known = 1;
  return () => {
    const copies = [...new Map(loadedCopies().map((copy) => [copy.url, copy])).values()];
    if (copies.length <= known) return [];
    known = copies.length;
    return [{ is: "copies", copies: copies.map((copy) => toLoaded(copy, root, imports)) }];
  };
}

/** Goes back along the imports that led to `copy`, to the first file that somebody works on. */
function toLoaded({ url, version }: Copy, root: string, imports: ImportRecord): LoadedCopy {
  let place = toPlace(url, root);
  let at = url;
  for (let step = 0; step < MOST_STEPS; step++) {
    const first = imports.cameFrom(at);
    if (!first) break;
    const from = toInput(first.parent, root);
    if (from !== undefined) return { place: place ?? url, version, from, specifier: first.specifier };
    at = first.parent;
    if (place === undefined || place.startsWith("..")) place = toPlace(at, root) ?? place;
  }
  return { place: place ?? url, version, from: undefined, specifier: "maestro-ts" };
}

/** The folder of the package that `url` is in, or the file; from the root. */
function toPlace(url: string, root: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  const place = relative(root, fileURLToPath(url)).split(sep).join("/");
  return place.replace(/((?:^|\/)node_modules\/maestro-ts)\/.*$/, "$1");
}
