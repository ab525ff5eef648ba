import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const TOKEN = /^[0-9a-f]{64}$/;

/** The token in `file`; made at the first start, for this user alone. */
export function keptToken(file: string): string {
  try {
    const kept = readFileSync(file, "utf8").trim();
    if (TOKEN.test(kept)) {
      chmodSync(file, 0o600);
      return kept;
    }
  } catch {
    // There is none yet.
  }
  const token = randomBytes(32).toString("hex");
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return token;
}
