import type { LoadFnOutput } from "node:module";

const LOCALES = /\/zod\/v4\/locales\/index\.js$/;
const LOCALE = /^export \{ default as (\w+) \} from "(\.\/[\w-]+\.js)";$/;

/**
 * Zod brings its messages in 60 languages, a module each, which are half of what loading it takes. Each module gives one
 * function without parameters: here one of the same name stands for it, and loads it when it is called.
 *
 * What is written otherwise than expected stays as it is.
 */
export function withLateLocales(url: string, read: LoadFnOutput): LoadFnOutput {
  if (!LOCALES.test(url) || !Buffer.isBuffer(read.source)) return read;
  const lines = read.source.toString().trim().split("\n");
  const written = lines.map((line) =>
    line.replace(LOCALE, "export function $1() { return load('$2').default(); }"),
  );
  if (written.some((line, i) => line === lines[i])) return read;
  const load = `const load = process.getBuiltinModule("node:module").createRequire(import.meta.url);`;
  return { ...read, source: [load, ...written].join("\n") };
}
