import { SECRET_NAME } from "../../plan/index.ts";
import { LEAST_LENGTH } from "../../services/secrets/open-source.ts";
import { readSecrets, rotateKey, writeSecrets } from "../../services/secrets/secrets-file.ts";
import { nearest } from "../../support/nearest.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { workspaceOf } from "../load-workspace.ts";
import { notMeant } from "../not-meant.ts";
import { UsageError } from "../usage-error.ts";
import { warnLines } from "../write-line.ts";

interface Options {
  readonly json?: boolean;
  readonly yes?: boolean;
}

function placeOf(io: Io) {
  return { root: workspaceOf(io).root, env: io.env };
}

/** `maestro secrets [list]`: their names, never a value. */
export async function list(io: Io, [word]: string[], { json }: Options): Promise<ExitCode> {
  if (word !== undefined && word !== "list")
    throw new UsageError(
      `There is no command "maestro secrets ${word}".`,
      "there are: list, set, remove, rotate",
    );
  const names = [...(await readSecrets(placeOf(io))).keys()].sort();
  if (json) io.write(`${JSON.stringify(names)}\n`);
  else
    io.write(
      names.length === 0
        ? "no secrets yet; add one with: maestro secrets set <name>\n"
        : `${names.join("\n")}\n`,
    );
  return EXIT.ok;
}

/** `maestro secrets set <name>`: its value comes from standard input, so that no list of processes has it. */
export async function set(io: Io, [name = ""]: string[], { json }: Options): Promise<ExitCode> {
  if (!SECRET_NAME.test(name))
    throw new UsageError(
      `"${name}" cannot be the name of a secret.`,
      "it has letters, digits and _, and begins with no digit",
    );
  const place = placeOf(io);
  const secrets = await readSecrets(place);
  const value = (await io.readStdin()).replace(/\r?\n$/, "");
  if (value.length < LEAST_LENGTH)
    throw new UsageError(
      `A secret has at least ${LEAST_LENGTH} characters: a shorter one could not be kept out of logs.`,
      `give it on standard input: printf %s "$VALUE" | maestro secrets set ${name}`,
    );
  const isNew = !secrets.has(name);
  secrets.set(name, value);
  await writeSecrets(place, secrets);
  io.write(json ? `${JSON.stringify({ name, isNew })}\n` : `${name} is ${isNew ? "added" : "changed"}\n`);
  return EXIT.ok;
}

/** `maestro secrets remove <name>`: nothing undoes that, so without `--yes` it only says what it would do. */
export async function remove(io: Io, [name = ""]: string[], { json, yes }: Options): Promise<ExitCode> {
  const place = placeOf(io);
  const secrets = await readSecrets(place);
  if (!secrets.has(name)) {
    const guess = nearest(name, [...secrets.keys()]);
    throw new UsageError(
      `There is no secret "${name}".`,
      guess ? `did you mean "${guess}"?` : "maestro secrets list",
    );
  }
  if (!yes) {
    warnLines(io, `nothing was removed; to do it: maestro secrets remove ${name} --yes`);
    return notMeant(io, json, `maestro secrets remove ${name}`);
  }
  secrets.delete(name);
  await writeSecrets(place, secrets);
  io.write(json ? `${JSON.stringify({ name })}\n` : `${name} is removed\n`);
  return EXIT.ok;
}

/** `maestro secrets rotate`: encrypts all of them with a new key. */
export async function rotate(io: Io, _args: string[], { json }: Options): Promise<ExitCode> {
  const count = await rotateKey(placeOf(io));
  io.write(
    json
      ? `${JSON.stringify({ secrets: count })}\n`
      : `${count === 1 ? "1 secret is" : `${count} secrets are`} encrypted with a new key; give it to whoever had the old one\n`,
  );
  return EXIT.ok;
}
