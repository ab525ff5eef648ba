import { MaestroError } from "../../diagnostics/index.ts";

/**
 * An address that requests may be sent to, as far as its text tells.
 * @param base what a relative one is relative to
 * @throws MaestroError MR3031
 */
export function toUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (!url) throw invalid(`its url ${JSON.stringify(shown(text))} is not a whole address`);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw invalid(`its url begins with "${url.protocol}", and only http: and https: are asked`);
  if (url.username !== "" || url.password !== "")
    throw invalid("its url holds a user name or a password; send them in the header authorization");
  return url;
}

/** Without the query, which may be private. */
function shown(text: string): string {
  const path = text.split(/[?#]/, 1)[0]!;
  return path.length > 80 ? `${path.slice(0, 80)}…` : path;
}

function invalid(detail: string): MaestroError {
  return new MaestroError("MR3031", { detail });
}
