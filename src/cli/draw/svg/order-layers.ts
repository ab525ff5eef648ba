import type { Cell, LayerGraph } from "./layer-graph.ts";

const SWEEPS = 16;

/**
 * Puts the cells of each layer into an order with few crossings: down and up again, each cell to the middle of those it
 * is connected with, and keeps the best.
 * @see Sugiyama, Tagawa, Toda: Methods for Visual Understanding of Hierarchical System Structures (1981)
 */
export function orderLayers({ layers }: LayerGraph): void {
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const indices = layers.map((_, i) => (isDown ? i : layers.length - 1 - i));
    for (const i of indices) sortByMiddle(layers[i]!, layers[isDown ? i - 1 : i + 1], isDown);
    const count = crossings(layers);
    if (count >= fewest) continue;
    fewest = count;
    best = layers.map((layer) => [...layer]);
  }
  for (const [i, layer] of best.entries()) layers[i] = layer;
}

function sortByMiddle(layer: Cell[], other: readonly Cell[] | undefined, isDown: boolean): void {
  if (!other) return;
  const placeOf = toPlaces(other);
  const middle = new Map(
    layers(layer, isDown).map(([cell, neighbours], i): [Cell, number] => {
      const places = neighbours.map((one) => placeOf.get(one)!);
      return [cell, places.length === 0 ? i : places.reduce((sum, place) => sum + place, 0) / places.length];
    }),
  );
  layer.sort((a, b) => middle.get(a)! - middle.get(b)!);
}

function layers(layer: readonly Cell[], isDown: boolean): [Cell, readonly Cell[]][] {
  return layer.map((cell) => [cell, isDown ? cell.above : cell.below]);
}

function toPlaces(layer: readonly Cell[]): Map<Cell, number> {
  return new Map(layer.map((cell, i) => [cell, i]));
}

/** How many pairs of lines between neighbouring layers cross. */
function crossings(all: readonly (readonly Cell[])[]): number {
  let count = 0;
  for (const [i, layer] of all.slice(0, -1).entries()) {
    const placeOf = toPlaces(all[i + 1]!);
    // Lines in the order of their upper ends: a later one that ends further left crosses.
    const ends = layer.flatMap(({ below }) => below.map((cell) => placeOf.get(cell)!).sort((a, b) => a - b));
    count += inversions(ends, placeOf.size);
  }
  return count;
}

/** Pairs in the wrong order, by a tree of counts: n log n. */
function inversions(values: readonly number[], size: number): number {
  const tree = new Array<number>(size + 1).fill(0);
  let count = 0;
  for (const [seen, value] of values.entries()) {
    let notGreater = 0;
    for (let i = value + 1; i > 0; i -= i & -i) notGreater += tree[i]!;
    count += seen - notGreater;
    for (let i = value + 1; i <= size; i += i & -i) tree[i]!++;
  }
  return count;
}
