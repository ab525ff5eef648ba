import type { Diagnostic, Place } from "../diagnostic.ts";

const COMMAND_OF = { error: "error", warning: "warning", info: "notice" } as const;

/**
 * `diagnostic` as one workflow command, which GitHub shows at the line of a pull request. One line, without a line break.
 *
 * The runner refuses columns for a stretch of several lines, so they are left out there. GitHub keeps only the first few
 * annotations of a step: print the pretty form as well.
 * @param folder the workspace's path from the repository's root, `apps/mail/`; empty where they are the same. GitHub knows
 * files by their path from there.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function toGithubCommand(diagnostic: Diagnostic, folder = ""): string {
  const { code, name, severity, message, hint, at, others, notes = [] } = diagnostic;
  const properties = [
    ...(at === undefined ? [] : placeProperties({ ...at, file: folder + at.file })),
    ["title", `${code} ${name}`] as const,
  ];
  const text = [
    message,
    ...others.map(({ file, line, column, label }) => `${folder}${file}:${line}:${column}  ${label}`),
    ...notes,
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ].join("\n");
  const written = properties.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(",");
  return `::${COMMAND_OF[severity]} ${written}::${escapeData(text)}`;
}

/** A remark that is about no file. */
export function toGithubNotice(title: string, text: string): string {
  return `::notice title=${escapeProperty(title)}::${escapeData(text)}`;
}

function placeProperties({
  file,
  line,
  column,
  endLine = line,
  endColumn,
}: Place): (readonly [string, string | number])[] {
  if (endLine > line)
    return [
      ["file", file],
      ["line", line],
      ["endLine", endLine],
    ];
  const end = endColumn === undefined ? [] : [["endColumn", endColumn] as const];
  return [["file", file], ["line", line], ["col", column], ["endLine", line], ...end];
}

/** As `escapeData` and `escapeProperty` of actions/toolkit (packages/core/src/command.ts). */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
