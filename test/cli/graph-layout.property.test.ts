import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Box, Link } from "../../src/cli/draw/svg/layer-graph.ts";
import { type Layout, layOut } from "../../src/cli/draw/svg/layout.ts";

/** Boxes of many sizes, and lines that lead from earlier ones to later ones. */
const graphs = fc.integer({ min: 1, max: 25 }).chain((count) =>
  fc.record({
    boxes: fc.array(
      fc.record({ width: fc.integer({ min: 40, max: 300 }), height: fc.integer({ min: 30, max: 200 }) }),
      {
        minLength: count,
        maxLength: count,
      },
    ),
    links: fc.array(
      fc.tuple(fc.nat(count - 1), fc.nat(count - 1), fc.option(fc.constantFrom("from", "to"))),
      { maxLength: 40 },
    ),
  }),
);

type Graph = typeof graphs extends fc.Arbitrary<infer T> ? T : never;

function laidOut({ boxes: sizes, links: pairs }: Graph) {
  const boxes = sizes.map((size, i): Box => ({ name: `b${i}`, ...size }));
  const links = pairs
    .filter(([a, b]) => a !== b)
    .map(([a, b, near]): Link => {
      const ends = { from: `b${Math.min(a, b)}`, to: `b${Math.max(a, b)}` };
      return near ? { ...ends, label: { width: 40, height: 16, near } } : ends;
    });
  const levels = new Map<string, number>();
  for (const { name } of boxes)
    levels.set(
      name,
      Math.max(0, ...links.filter(({ to }) => to === name).map(({ from }) => levels.get(from)! + 1)),
    );
  return { boxes, links, layout: layOut(boxes, links, levels) };
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function areaOf({ name, width, height }: Box, { boxes }: Layout): Area {
  const { x, y } = boxes.get(name)!;
  return { left: x, top: y, right: x + width, bottom: y + height };
}

function overlap(a: Area, b: Area): boolean {
  const nearly = 0.5;
  return (
    a.left < b.right - nearly &&
    b.left < a.right - nearly &&
    a.top < b.bottom - nearly &&
    b.top < a.bottom - nearly
  );
}

test.prop([graphs])("no two boxes overlap, and all of them stand in the picture", (graph) => {
  const { boxes, layout } = laidOut(graph);
  const areas = boxes.map((box) => areaOf(box, layout));

  for (const [i, area] of areas.entries()) {
    expect(areas.slice(i + 1).some((other) => overlap(area, other))).toBe(false);
    expect(area.left).toBeGreaterThanOrEqual(-0.5);
    expect(area.right).toBeLessThanOrEqual(layout.width + 0.5);
    expect(area.bottom).toBeLessThanOrEqual(layout.height + 0.5);
  }
});

test.prop([graphs])("no label stands on a box or on another label", (graph) => {
  const { boxes, links, layout } = laidOut(graph);
  const labels = links.flatMap((link): Area[] => {
    const at = layout.lines.get(link)!.label;
    return at ? [{ left: at.x - 20, right: at.x + 20, top: at.y - 8, bottom: at.y + 8 }] : [];
  });

  expect(labels).toHaveLength(links.filter(({ label }) => label).length);
  for (const [i, label] of labels.entries()) {
    expect(boxes.some((box) => overlap(label, areaOf(box, layout)))).toBe(false);
    expect(labels.slice(i + 1).some((other) => overlap(label, other))).toBe(false);
  }
});

test.prop([graphs])("no line runs through a box that it does not lead to", (graph) => {
  const { boxes, links, layout } = laidOut(graph);

  for (const link of links) {
    const points = pointsOn(layout.lines.get(link)!.path);
    for (const box of boxes) {
      const { left, right, top, bottom } = areaOf(box, layout);
      const isIn = points.some(
        ([x, y]) => x > left + 0.5 && x < right - 0.5 && y > top + 0.5 && y < bottom - 0.5,
      );
      expect(isIn, `${link.from} → ${link.to} through ${box.name}`).toBe(false);
    }
  }
});

/** Many points of a path of `M`, `V` and `C`. */
function pointsOn(path: string): [number, number][] {
  const points: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const [, command, rest] of path.matchAll(/([MVC])([^MVC]*)/g)) {
    const numbers = rest!.trim().split(/\s+/).map(Number);
    if (command === "M") [x, y] = numbers as [number, number];
    else if (command === "V") {
      for (let t = 0; t <= 1; t += 0.05) points.push([x, y + (numbers[0]! - y) * t]);
      y = numbers[0]!;
    } else {
      const [ax, ay, bx, by, ex, ey] = numbers as [number, number, number, number, number, number];
      const on = (t: number, a: number, b: number, c: number, d: number) =>
        (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
      for (let t = 0; t <= 1; t += 0.05) points.push([on(t, x, ax, bx, ex), on(t, y, ay, by, ey)]);
      [x, y] = [ex, ey];
    }
  }
  return points;
}

test("what no line connects with the rest stands near it", () => {
  const row = Array.from(
    { length: 12 },
    (_, i): Box => ({ name: `r${i}`, width: 60 + 40 * (i % 3), height: 30 }),
  );
  const links = row
    .slice(1)
    .flatMap(({ name }, i): Link[] => [
      { from: `r${i}`, to: name },
      ...(i % 2 === 0 && i + 3 < row.length ? [{ from: `r${i}`, to: `r${i + 3}` }] : []),
    ]);
  const alone: Box = { name: "alone", width: 100, height: 30 };
  const levels = new Map([
    ...row.map(({ name }, i): [string, number] => [name, i]),
    [alone.name, row.length],
  ]);

  const layout = layOut([...row, alone], links, levels);
  const { left, right } = areaOf(alone, layout);
  const others = row.map((box) => areaOf(box, layout));

  expect(left).toBeGreaterThan(Math.min(...others.map((area) => area.left)));
  expect(right).toBeLessThan(Math.max(...others.map((area) => area.right)) + 50);
});
