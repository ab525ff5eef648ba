/** Letters of one width, so that a label's length is known without the font. */
export const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** What one letter takes of the font's size; the widest of the fonts above, and a little more. */
const LETTER = 0.61;

export const SIZE = { name: 13, small: 10.5, edge: 11 } as const;

/** How many pixels `cells` letters of `size` take. */
export function textWidth(cells: number, size: number): number {
  return cells * size * LETTER;
}

/** No variables and no mixing of colours: many programs that show SVG know neither. */
export const STYLE = `
.mg text{font-family:${FONT};fill:#1f2328}
.mg .name{font-size:${SIZE.name}px;font-weight:600}
.mg .kind,.mg .badge text{font-size:${SIZE.small}px}
.mg .kind{fill:#59636e}
.mg .bg{fill:#ffffff}
.mg .shape{fill:#f6f8fa;stroke:#8c959f;stroke-width:1.2}
.mg .choice .shape{fill:#fff8c5;stroke:#bf8700}
.mg .value .shape{fill:#fbefff;stroke:#a475f9}
.mg .model .shape{fill:#e6fafa;stroke:#1b7c83}
.mg .person .shape{fill:#fff1e5;stroke:#bc4c00}
.mg .end .shape{fill:#dafbe1;stroke:#2da44e}
.mg .frame{fill:#ddf4ff;fill-opacity:.45;stroke:#54aeff;stroke-width:1.2}
.mg .failure .frame{fill:#ffebe9;stroke:#ff8182}
.mg .badge rect{fill:#ffffff;stroke:#d1d9e0}
.mg .badge text{fill:#59636e}
.mg .edge{fill:none;stroke:#6e7781;stroke-width:1.3}
.mg .guard{stroke:#9a6700;stroke-dasharray:1.5 4;stroke-linecap:round;stroke-width:1.6}
.mg .failed{stroke:#cf222e;stroke-dasharray:7 3 1.5 3}
.mg .after{stroke-dasharray:7 4}
.mg .implied{stroke-opacity:.4}
.mg .head{fill:#6e7781}
.mg .guard-head{fill:#9a6700}
.mg .failure-head{fill:#cf222e}
.mg .label rect{fill:#ffffff;fill-opacity:.9}
.mg .label text{font-size:${SIZE.edge}px;fill:#59636e}
.mg .guard-label text{fill:#7d4e00}
.mg .failure-label text{fill:#a40e26}
@media (prefers-color-scheme:dark){
.mg text{fill:#f0f6fc}
.mg .kind,.mg .badge text,.mg .label text{fill:#9198a1}
.mg .bg{fill:#0d1117}
.mg .shape{fill:#151b23;stroke:#656c76}
.mg .choice .shape{fill:#2e2a1f;stroke:#9e6a03}
.mg .value .shape{fill:#271f36;stroke:#8957e5}
.mg .model .shape{fill:#0c2d30;stroke:#1b7c83}
.mg .person .shape{fill:#33200f;stroke:#bc4c00}
.mg .end .shape{fill:#12261e;stroke:#2ea043}
.mg .frame{fill:#121d2f;fill-opacity:.6;stroke:#1f6feb}
.mg .failure .frame{fill:#3c1618;stroke:#da3633}
.mg .badge rect{fill:#0d1117;stroke:#3d444d}
.mg .edge{stroke:#7d8590}
.mg .guard{stroke:#d29922}
.mg .head{fill:#7d8590}
.mg .guard-head{fill:#d29922}
.mg .failed{stroke:#f85149}
.mg .failure-head{fill:#f85149}
.mg .label rect{fill:#0d1117}
.mg .guard-label text{fill:#d29922}
.mg .failure-label text{fill:#ff7b72}
}`;
