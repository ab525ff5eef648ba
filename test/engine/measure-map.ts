import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROGRAM = fileURLToPath(new URL("wide-map.ts", import.meta.url));

/**
 * Plays a map of `items` items whose steps give `bytes` each, once straight and once stopped near its end and resumed, in a
 * process of `heapMb`. What it gives is how much a step leaves behind in memory while the run goes on, in bytes.
 */
export async function measureMap(
  shape: "one" | "unread" | "three" | "nested",
  { items, bytes, heapMb }: { readonly items: number; readonly bytes: number; readonly heapMb: number },
): Promise<{ readonly straight: number; readonly resumed: number }> {
  const words = [
    "--expose-gc",
    `--max-old-space-size=${heapMb}`,
    PROGRAM,
    shape,
    String(items),
    String(bytes),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const { steps, straight, resumed } = JSON.parse(stdout);
  const perStep = (most: number) => Math.round((most - straight.first) / steps);
  return { straight: perStep(straight.most), resumed: perStep(resumed.most) };
}
