/** Writes docs/screens/*.svg: what `maestro dev` shows of a workspace that `maestro init` has made, in a terminal of its own. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPty, type Pty, type Stretch } from "../test/tui/terminal.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = join(root, "bin/maestro.cjs");
const COLUMNS = 96;
const ROWS = 26;
const ENTER = "\r";
/** Of a terminal with a light and one with a dark ground: the ground, its text, and the nine colours that are drawn with. */
const PALETTES = {
  light: [
    "#ffffff",
    "#1f2328",
    "#24292f",
    "#cf222e",
    "#116329",
    "#7d4e00",
    "#0969da",
    "#8250df",
    "#1b7c83",
    "#59636e",
    "#59636e",
  ],
  dark: [
    "#0d1117",
    "#e6edf3",
    "#484f58",
    "#ff7b72",
    "#3fb950",
    "#d29922",
    "#58a6ff",
    "#bc8cff",
    "#39c5cf",
    "#b1bac4",
    "#8b949e",
  ],
};
const [GROUND, TEXT, FIRST] = [0, 1, 2];

const folder = mkdtempSync(join(tmpdir(), "maestro-screens-"));
mkdirSync(join(folder, "node_modules"));
symlinkSync(root, join(folder, "node_modules/maestro-ts"));
symlinkSync(join(root, "node_modules/zod"), join(folder, "node_modules/zod"));
execFileSync(process.execPath, [bin, "init", "demo"], { cwd: folder });
const words = [bin, "dev", "--no-types"];
const pty = openPty(process.execPath, words, { cwd: join(folder, "demo"), columns: COLUMNS, rows: ROWS });
mkdirSync(join(root, "docs/screens"), { recursive: true });
try {
  await pty.sees(/invitations[\s\S]+hello-weekdays|Hello, weekdays/);
  pty.type(":run hello");
  await pty.sees(":run hello▌");
  pty.type(ENTER);
  await pty.sees("Run hello");
  pty.type(ENTER);
  await pty.sees("begins");
  pty.type(":run invitations");
  await pty.sees(":run invitations▌");
  pty.type(ENTER);
  await pty.sees("Run invitations");
  pty.type(ENTER);
  await pty.sees(/invitations .*◆/);
  keep("workspace", pty);
  pty.type("2");
  await pty.sees(/waiting +invitations/);
  pty.type(ENTER);
  await pty.sees(/letters .*2\/2/);
  keep("run", pty);
  pty.type("3");
  await pty.sees("Dear Ada");
  pty.type(ENTER);
  await pty.sees("send*");
  pty.type(" ");
  await pty.sees((text) => !text.includes("(yes or no)"));
  keep("checkpoint", pty);
} finally {
  process.kill(pty.pid, "SIGTERM");
  await pty.ended;
  rmSync(folder, { recursive: true, force: true });
}

function keep(name: string, { stretches }: Pty): void {
  writeFileSync(join(root, `docs/screens/${name}.svg`), toSvg(name, stretches()));
}

function toStyle(palette: readonly string[]): string {
  return palette.map((color, i) => `.c${i}{fill:${color}}`).join("");
}

function toSvg(name: string, lines: readonly (readonly Stretch[])[]): string {
  const [wide, high, margin] = [8.4, 18, 16];
  const [width, height] = [COLUMNS * wide + 2 * margin, ROWS * high + 2 * margin];
  const texts = lines.flatMap((line, y) =>
    line.flatMap(({ column, text, color, isBold, isDim, isInverse }) => {
      if (text.trim() === "" && !isInverse) return [];
      const [x, top] = [margin + column * wide, margin + y * high];
      const drawn = isInverse ? GROUND : color === undefined ? TEXT : FIRST + color;
      const box = `<rect class="c${TEXT}" x="${round(x)}" y="${top}" width="${round(text.length * wide)}" height="${high}"/>`;
      const looks = `class="c${drawn}"${isBold ? ' font-weight="bold"' : ""}${isDim && !isInverse ? ' opacity="0.75"' : ""}`;
      const said = `<text x="${round(x)}" y="${top + 13}" textLength="${round(text.length * wide)}" xml:space="preserve" ${looks}>${toXml(text)}</text>`;
      return isInverse ? [box, said] : [said];
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${height}" width="${round(width)}" height="${height}">
<title>maestro dev: ${name}</title>
<style>${toStyle(PALETTES.light)}@media (prefers-color-scheme: dark){${toStyle(PALETTES.dark)}}</style>
<rect class="c${GROUND}" width="100%" height="100%" rx="8"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">
${texts.join("\n")}
</g>
</svg>
`;
}

function round(number: number): string {
  return String(Math.round(number * 10) / 10);
}

function toXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
