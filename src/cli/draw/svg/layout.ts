import type { Box, Cell, LayerGraph, Link } from "./layer-graph.ts";
import { toLayerGraph } from "./layer-graph.ts";
import { orderLayers } from "./order-layers.ts";
import { placeCells } from "./place-cells.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything of one scope stands; pixels from its upper left corner. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The upper left corner of each box. */
  readonly boxes: ReadonlyMap<string, Point>;
  readonly lines: ReadonlyMap<Link, Line>;
}

export interface Line {
  /** What `d` of a path says. */
  readonly path: string;
  /** The middle of its label. */
  readonly label?: Point;
}

/** Room between two layers: more where lines have a long way to the side. */
const LEAST_GAP = 22;
const MOST_GAP = 64;
const SLOPE = 7;
/** Lines leave and enter a box side by side. */
const PORT_GAP = 14;
const PORT_SHARE = 0.6;

/** Places boxes in layers from the top down, each below those that lead to it, and draws the lines between. */
export function layOut(
  boxes: readonly Box[],
  links: readonly Link[],
  levelOf: ReadonlyMap<string, number>,
): Layout {
  const graph = toLayerGraph(boxes, links, levelOf);
  orderLayers(graph);
  placeCells(graph);
  const bands = toBands(graph);
  const ports = toPorts(graph);
  const corners = new Map(
    [...graph.cellOf].map(([name, { x, layer, width, height }]): [string, Point] => {
      const band = bands[layer]!;
      return [name, { x: x - width / 2, y: (band.top + band.bottom - height) / 2 }];
    }),
  );
  const lines = new Map<Link, Line>();
  for (const link of links) {
    const way = graph.ways.get(link);
    lines.set(link, way ? lineOf(link, way, { bands, ports, corners }) : upwards(link, graph, corners));
  }
  return { width: rightOf(graph), height: bands.at(-1)?.bottom ?? 0, boxes: corners, lines };
}

function rightOf({ layers }: LayerGraph): number {
  let right = 0;
  for (const layer of layers) for (const { x, width } of layer) right = Math.max(right, x + width / 2);
  return right;
}

interface Band {
  readonly top: number;
  readonly bottom: number;
}

/** The stretch of each layer from top to bottom. */
function toBands({ layers }: LayerGraph): Band[] {
  const bands: Band[] = [];
  let y = 0;
  for (const layer of layers) {
    const height = Math.max(0, ...layer.map((cell) => cell.height));
    bands.push({ top: y, bottom: y + height });
    const widest = Math.max(0, ...layer.flatMap(({ x, below }) => below.map((cell) => Math.abs(cell.x - x))));
    y += height + Math.min(MOST_GAP, Math.max(LEAST_GAP, widest / SLOPE));
  }
  return bands;
}

/** Where each line leaves its first box and enters its last one, from the box's middle. */
interface Ports {
  readonly out: ReadonlyMap<Link, number>;
  readonly into: ReadonlyMap<Link, number>;
}

function toPorts({ ways }: LayerGraph): Ports {
  const offsets = (sideOf: (way: readonly Cell[]) => readonly [box: Cell, next: Cell]): Map<Link, number> => {
    const ends = [...ways].map(([link, way]) => ({ link, box: sideOf(way)[0], next: sideOf(way)[1] }));
    const found = new Map<Link, number>();
    for (const [box, group] of Map.groupBy(ends, (end) => end.box)) {
      const gap = Math.min(PORT_GAP, (box.width * PORT_SHARE) / group.length);
      const sorted = group.toSorted((a, b) => a.next.x - b.next.x);
      for (const [i, { link }] of sorted.entries()) found.set(link, (i - (sorted.length - 1) / 2) * gap);
    }
    return found;
  };
  return {
    out: offsets((way) => [way[0]!, way[1]!]),
    into: offsets((way) => [way.at(-1)!, way.at(-2)!]),
  };
}

interface Placed {
  readonly bands: readonly Band[];
  readonly ports: Ports;
  readonly corners: ReadonlyMap<string, Point>;
}

/** Straight down through layers, in a curve between them: a curve never leaves the room between two layers. */
function lineOf(link: Link, way: readonly Cell[], { bands, ports, corners }: Placed): Line {
  const [first, last] = [way[0]!, way.at(-1)!];
  const start = { x: first.x + ports.out.get(link)!, y: corners.get(link.from)!.y + first.height };
  const end = { x: last.x + ports.into.get(link)!, y: corners.get(link.to)!.y };
  let path = `M${at(start)}`;
  let here = start;
  const down = (y: number) => {
    // A piece without a length has no direction, and neither has an arrow at its end.
    if (round(y) > round(here.y)) path += `V${round(y)}`;
    here = { x: here.x, y };
  };
  let label: Point | undefined;
  for (const cell of way.slice(1)) {
    down(bands[cell.layer - 1]!.bottom);
    const next = { x: cell === last ? end.x : cell.x, y: bands[cell.layer]!.top };
    const middle = (here.y + next.y) / 2;
    path += `C${at({ x: here.x, y: middle })} ${at({ x: next.x, y: middle })} ${at(next)}`;
    here = next;
    if (cell.link && cell.height > 0)
      label = { x: cell.x, y: (bands[cell.layer]!.top + bands[cell.layer]!.bottom) / 2 };
  }
  down(end.y);
  return { path, ...(label ? { label } : {}) };
}

/** A line of a cycle: from the side of the one box to the side of the other. */
function upwards(link: Link, { cellOf }: LayerGraph, corners: ReadonlyMap<string, Point>): Line {
  const [from, to] = [cellOf.get(link.from)!, cellOf.get(link.to)!];
  const [start, end] = [corners.get(link.from)!, corners.get(link.to)!].map(({ x, y }, i) => ({
    x: x + [from, to][i]!.width,
    y: y + [from, to][i]!.height / 2,
  })) as [Point, Point];
  const side = Math.max(start.x, end.x) + 40;
  return { path: `M${at(start)}C${at({ x: side, y: start.y })} ${at({ x: side, y: end.y })} ${at(end)}` };
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
