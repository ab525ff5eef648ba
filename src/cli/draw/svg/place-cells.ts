import type { Cell, LayerGraph } from "./layer-graph.ts";

const ROUNDS = 40;
const BOX_GAP = 32;
const LINE_GAP = 14;

/**
 * Gives every cell its middle: as near to those it is connected with as the order and the gaps allow. Long lines hold
 * together most, so that they run straight.
 */
export function placeCells({ layers }: LayerGraph): void {
  for (const layer of layers) {
    let x = 0;
    for (const [i, cell] of layer.entries()) {
      if (i > 0) x += gapBetween(layer[i - 1]!, cell);
      cell.x = x;
    }
    for (const cell of layer) cell.x -= x / 2;
  }
  for (let round = 0; round < ROUNDS; round++) {
    const isDown = round % 2 === 0;
    const isSettling = round >= ROUNDS / 2;
    for (const layer of isDown ? layers : layers.toReversed()) {
      settle(layer, (cell) =>
        isSettling ? [...cell.above, ...cell.below] : isDown ? cell.above : cell.below,
      );
    }
  }
  for (const chain of chainsIn(layers)) straighten(chain, layers);
  gather(layers);
  let left = Number.POSITIVE_INFINITY;
  for (const layer of layers) for (const { x, width } of layer) left = Math.min(left, x - width / 2);
  for (const layer of layers) for (const cell of layer) cell.x -= left;
}

/** Between the middles of two neighbours. */
function gapBetween(left: Cell, right: Cell): number {
  return (left.width + right.width) / 2 + (left.box && right.box ? BOX_GAP : LINE_GAP);
}

/** Cells of which each leads to the next alone, and the next comes from it alone: the bends of a line, steps in a row. */
function chainsIn(layers: LayerGraph["layers"]): Cell[][] {
  const nextOf = (cell: Cell) => {
    const [next] = cell.below;
    return next && cell.below.length === 1 && next.above.length === 1 ? next : undefined;
  };
  const later = new Set(layers.flat().flatMap((cell) => nextOf(cell) ?? []));
  return layers
    .flat()
    .filter((cell) => !later.has(cell))
    .map((first) => {
      const chain = [first];
      for (let next = nextOf(first); next; next = nextOf(next)) chain.push(next);
      return chain;
    });
}

/** Moves a chain's cells under one another, as many at a time as the cells beside them leave room for. */
function straighten(chain: readonly Cell[], layers: LayerGraph["layers"]): void {
  for (let start = 0; start < chain.length; ) {
    let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    let end = start;
    for (; end < chain.length; end++) {
      const [from, to] = roomOf(chain[end]!, layers[chain[end]!.layer]!);
      if (Math.max(least, from) > Math.min(most, to)) break;
      [least, most] = [Math.max(least, from), Math.min(most, to)];
    }
    const run = chain.slice(start, end);
    const mean = run.reduce((sum, { x }) => sum + x, 0) / run.length;
    for (const cell of run) cell.x = Math.min(most, Math.max(least, mean));
    start = Math.max(end, start + 1);
  }
}

/** Nothing holds parts together that no line connects, and each wanders by itself: the smaller ones go back to the largest. */
function gather(layers: LayerGraph["layers"]): void {
  const [largest = [], ...others] = partsOf(layers).sort((a, b) => b.length - a.length);
  const places = new Map(layers.flatMap((layer) => layer.map((cell, i): [Cell, number] => [cell, i])));
  for (const part of others) {
    const own = new Set(part);
    let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const cell of part) {
      const [from, to] = roomOf(cell, layers[cell.layer]!, places.get(cell)!, own);
      [least, most] = [Math.max(least, from - cell.x), Math.min(most, to - cell.x)];
    }
    const way = Math.min(most, Math.max(least, middleOf(largest) - middleOf(part)));
    for (const cell of part) cell.x += way;
  }
}

function middleOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { x }) => sum + x, 0) / cells.length;
}

/** The cells that lines connect, directly or through others. */
function partsOf(layers: LayerGraph["layers"]): Cell[][] {
  const seen = new Set<Cell>();
  const parts: Cell[][] = [];
  for (const first of layers.flat()) {
    if (seen.has(first)) continue;
    seen.add(first);
    const part = [first];
    for (const cell of part)
      for (const next of [...cell.above, ...cell.below]) {
        if (seen.has(next)) continue;
        seen.add(next);
        part.push(next);
      }
    parts.push(part);
  }
  return parts;
}

/**
 * How far a cell may go to the left and right.
 * @param own cells that go with it
 */
function roomOf(
  cell: Cell,
  layer: readonly Cell[],
  i = layer.indexOf(cell),
  own?: ReadonlySet<Cell>,
): readonly [from: number, to: number] {
  const [left, right] = [layer[i - 1], layer[i + 1]].map((other) =>
    other && own?.has(other) ? undefined : other,
  );
  return [
    left ? left.x + gapBetween(left, cell) : Number.NEGATIVE_INFINITY,
    right ? right.x - gapBetween(cell, right) : Number.POSITIVE_INFINITY,
  ];
}

/** Cells that touch, moved together. */
interface Block {
  count: number;
  weight: number;
  /** Sum of weight × where its first cell would like to be. */
  pull: number;
}

/**
 * Moves each cell to the weighted mean of `neighboursOf` it, in their order and with their gaps: the exact least squares
 * under that constraint, by pooling adjacent violators.
 */
function settle(layer: readonly Cell[], neighboursOf: (cell: Cell) => readonly Cell[]): void {
  const offsets: number[] = [];
  const blocks: Block[] = [];
  for (const [i, cell] of layer.entries()) {
    offsets.push(i === 0 ? 0 : offsets[i - 1]! + gapBetween(layer[i - 1]!, cell));
    const { x, weight } = wish(cell, neighboursOf(cell));
    let block: Block = { count: 1, weight, pull: weight * (x - offsets[i]!) };
    for (
      let last = blocks.at(-1);
      last && last.pull / last.weight > block.pull / block.weight;
      last = blocks.at(-1)
    ) {
      blocks.pop();
      block = {
        count: last.count + block.count,
        weight: last.weight + block.weight,
        pull: last.pull + block.pull,
      };
    }
    blocks.push(block);
  }
  let i = 0;
  for (const { count, weight, pull } of blocks)
    for (const end = i + count; i < end; i++) layer[i]!.x = pull / weight + offsets[i]!;
}

function wish(cell: Cell, neighbours: readonly Cell[]): { readonly x: number; readonly weight: number } {
  // Where nothing pulls, it stays, and gives way.
  if (neighbours.length === 0) return { x: cell.x, weight: 0.01 };
  let [sum, weight] = [0, 0];
  for (const other of neighbours) {
    const strength = cell.box ? (other.box ? 2 : 1) : other.box ? 2 : 8;
    sum += other.x * strength;
    weight += strength;
  }
  return { x: sum / weight, weight };
}
