import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";

/** Loaded where something is opened: its mathematics are larger than an engine, and most workspaces have no such file. */
const age = () => import("age-encryption");
/** Of a workspace. The file may be committed; the key must not. */
const FILE = "secrets.age";
const KEY_FILE = ".maestro/secrets.key";
const KEY_VARIABLE = "MAESTRO_SECRETS_KEY";

/** Where the secrets of a workspace are, and who can open them. */
export interface SecretsPlace {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Every secret of the workspace's encrypted file, by name; none when there is no file.
 * @throws MaestroError MR1013 when it cannot be opened, MR1014 when it is no such file, MR1015 when others can read the key
 */
export async function readSecrets(place: SecretsPlace): Promise<Map<string, string>> {
  const file = join(place.root, FILE);
  if (!existsSync(file)) return new Map();
  const key = keyOf(place);
  if (key === undefined) throw new MaestroError("MR1013", { file: FILE, keyFile: KEY_FILE, isWrong: false });
  return parse(await decrypt(file, key));
}

/** Writes them all anew. Without a key so far, one is made. */
export async function writeSecrets(place: SecretsPlace, secrets: ReadonlyMap<string, string>): Promise<void> {
  const key = keyOf(place) ?? (await makeKey(place));
  await encrypt(place, secrets, key);
}

/**
 * Encrypts all of them with a new key, and gives the values of none.
 * @throws MaestroError MR1013 when the key is a variable: whoever has set it has to change it
 */
export async function rotateKey(place: SecretsPlace): Promise<number> {
  const secrets = await readSecrets(place);
  if (place.env[KEY_VARIABLE])
    throw new MaestroError("MR1013", { file: FILE, keyFile: KEY_FILE, isWrong: true });
  const keyFile = join(place.root, KEY_FILE);
  const before = existsSync(keyFile) ? readFileSync(keyFile) : undefined;
  const { generateIdentity } = await age();
  const key = await generateIdentity();
  // The old key stays beside it: a crash in between would leave a file that the new one does not open.
  if (before) write(`${keyFile}.before`, before);
  write(keyFile, `${key}\n`);
  await encrypt(place, secrets, key);
  return secrets.size;
}

function keyOf({ root, env }: SecretsPlace): string | undefined {
  const said = env[KEY_VARIABLE];
  if (said) return said.trim();
  const file = join(root, KEY_FILE);
  if (!existsSync(file)) return undefined;
  const { mode, uid } = lstatSync(file);
  const mine = process.getuid?.();
  if (mine !== undefined && ((mode & 0o077) !== 0 || uid !== mine))
    throw new MaestroError("MR1015", { file: KEY_FILE });
  return readFileSync(file, "utf8").trim();
}

async function makeKey({ root }: SecretsPlace): Promise<string> {
  const { generateIdentity } = await age();
  const key = await generateIdentity();
  write(join(root, KEY_FILE), `${key}\n`);
  return key;
}

const IDENTITY = /^AGE-SECRET-KEY-/;

async function decrypt(file: string, key: string): Promise<string> {
  const { armor, Decrypter } = await age();
  const decrypter = new Decrypter();
  try {
    if (IDENTITY.test(key)) decrypter.addIdentity(key);
    else decrypter.addPassphrase(key);
    return await decrypter.decrypt(armor.decode(readFileSync(file, "utf8")), "text");
  } catch (cause) {
    throw new MaestroError("MR1013", { file: FILE, keyFile: KEY_FILE, isWrong: true }, { cause });
  }
}

async function encrypt(
  { root }: SecretsPlace,
  secrets: ReadonlyMap<string, string>,
  key: string,
): Promise<void> {
  const { armor, Encrypter, identityToRecipient } = await age();
  const encrypter = new Encrypter();
  if (IDENTITY.test(key)) encrypter.addRecipient(await identityToRecipient(key));
  else encrypter.setPassphrase(key);
  const sorted = [...secrets].sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes = await encrypter.encrypt(JSON.stringify(Object.fromEntries(sorted)));
  write(join(root, FILE), armor.encode(bytes));
}

function parse(text: string): Map<string, string> {
  try {
    const entries = Object.entries(JSON.parse(text) as object);
    if (entries.every(([, value]) => typeof value === "string"))
      return new Map(entries as [string, string][]);
  } catch {
    // It is something else.
  }
  throw new MaestroError("MR1014", { file: FILE });
}

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.${process.pid}.tmp`, content, { mode: 0o600 });
  renameSync(`${file}.${process.pid}.tmp`, file);
}
