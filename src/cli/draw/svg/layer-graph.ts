/** A box to be placed; sizes in pixels. */
export interface Box {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** A line between two boxes. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly label?: {
    readonly width: number;
    readonly height: number;
    /** Where on a long line it stands. */
    readonly near: "from" | "to";
  };
}

/** A place in a layer: a box, or a line on its way through it. */
export interface Cell {
  readonly layer: number;
  readonly width: number;
  readonly height: number;
  readonly box?: Box;
  /** The line bends here; its label stands here when this has a height. */
  readonly link?: Link;
  readonly above: Cell[];
  readonly below: Cell[];
  /** Its middle. */
  x: number;
}

/** Boxes and lines as layers, the first at the top. Lines pass every layer between the two they connect. */
export interface LayerGraph {
  readonly layers: Cell[][];
  readonly cellOf: ReadonlyMap<string, Cell>;
  /** Each line's cells from the one box to the other; those that lead upwards, in a cycle, are not in it. */
  readonly ways: ReadonlyMap<Link, readonly Cell[]>;
}

const BEND_WIDTH = 8;

/** @param levelOf how many boxes have to come before one, at the longest */
export function toLayerGraph(
  boxes: readonly Box[],
  links: readonly Link[],
  levelOf: ReadonlyMap<string, number>,
): LayerGraph {
  const levels = pullDown(boxes, links, levelOf);
  const layerOf = toLayers(levels, links);
  const layers: Cell[][] = [];
  const addCell = (cell: Omit<Cell, "above" | "below" | "x">): Cell => {
    const added: Cell = { ...cell, above: [], below: [], x: 0 };
    for (let i = layers.length; i <= cell.layer; i++) layers.push([]);
    layers[cell.layer]!.push(added);
    return added;
  };
  const cellOf = new Map(
    boxes.map((box): [string, Cell] => {
      const { name, width, height } = box;
      return [name, addCell({ layer: layerOf(levels.get(name)!), width, height, box })];
    }),
  );
  const ways = new Map<Link, Cell[]>();
  for (const link of links) {
    const [from, to] = [cellOf.get(link.from)!, cellOf.get(link.to)!];
    if (from.layer >= to.layer) continue;
    const way = [from];
    const labelled = link.label?.near === "to" ? to.layer - 1 : from.layer + 1;
    for (let layer = from.layer + 1; layer < to.layer; layer++) {
      const label = layer === labelled ? link.label : undefined;
      way.push(addCell({ layer, width: label?.width ?? BEND_WIDTH, height: label?.height ?? 0, link }));
    }
    way.push(to);
    for (const [i, cell] of way.slice(1).entries()) {
      way[i]!.below.push(cell);
      cell.above.push(way[i]!);
    }
    ways.set(link, way);
  }
  return { layers, cellOf, ways };
}

/** Two levels have a layer between them when labels stand there, so that no line runs through one. */
function toLayers(levels: ReadonlyMap<string, number>, links: readonly Link[]): (level: number) => number {
  const labelled = new Set(
    links.flatMap(({ from, to, label }) =>
      label ? [label.near === "to" ? levels.get(to)! - 1 : levels.get(from)!] : [],
    ),
  );
  const layers: number[] = [];
  for (let level = 0, layer = 0; level <= Math.max(0, ...levels.values()); level++) {
    layers.push(layer);
    layer += labelled.has(level) ? 2 : 1;
  }
  return (level) => layers[level]!;
}

/** A box that leads on to more than leads to it stands right above the first that needs it: shorter lines. */
function pullDown(
  boxes: readonly Box[],
  links: readonly Link[],
  levelOf: ReadonlyMap<string, number>,
): Map<string, number> {
  const levels = new Map(levelOf);
  const [into, out] = [Map.groupBy(links, ({ to }) => to), Map.groupBy(links, ({ from }) => from)];
  const bottomUp = boxes.toSorted((a, b) => levels.get(b.name)! - levels.get(a.name)!);
  for (const { name } of bottomUp) {
    const after = out.get(name) ?? [];
    if (after.length === 0 || (into.get(name)?.length ?? 0) > after.length) continue;
    const lowest = Math.min(...after.map(({ to }) => levels.get(to)!)) - 1;
    if (lowest > levels.get(name)!) levels.set(name, lowest);
  }
  return levels;
}
