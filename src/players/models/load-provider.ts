import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { MaestroError } from "../../diagnostics/index.ts";
import { cappedFetch } from "./capped-fetch.ts";
import type { ModelSettings } from "./model-settings.ts";

/** Gives the model of this name. */
export type Provider = (modelId: string) => LanguageModelV4;

/**
 * One that speaks OpenAI's protocol at an address of its own, or a package that the workspace has installed: unless the
 * configuration names one, `anthropic` is `@ai-sdk/anthropic`.
 * @throws MaestroError MR3092 when the configuration does not have it, MR3093 when its package is not there, MR3094
 * when the variable of its key is not set
 */
export async function loadProvider(name: string, model: string, settings: ModelSettings): Promise<Provider> {
  const { providers, variable, root } = settings;
  const options = Object.hasOwn(providers, name) ? providers[name]! : undefined;
  if (!options) throw new MaestroError("MR3092", { model, provider: name, known: Object.keys(providers) });
  const apiKey = options.apiKey === undefined ? undefined : variable(options.apiKey);
  if (options.apiKey !== undefined && !apiKey)
    throw new MaestroError("MR3094", { model, variable: options.apiKey });
  const { baseUrl } = options;
  if (baseUrl !== undefined) {
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
    const provider = createOpenAICompatible({
      name,
      baseURL: baseUrl,
      includeUsage: true,
      supportsStructuredOutputs: true,
      fetch: cappedFetch,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
    return (id) => provider.chatModel(id);
  }
  const { package: packageName = `@ai-sdk/${name}`, options: given = {} } = options;
  const refuse = (detail: string) => new MaestroError("MR3093", { model, package: packageName, detail });
  const found = await importFrom(root, packageName).catch((error: unknown) => {
    throw refuse(firstLine(error));
  });
  // Each of these packages has one function of that name: `createAnthropic`, `createOpenAI`.
  const create = Object.entries(found).find(([key]) => /^create[A-Z]/.test(key))?.[1];
  if (typeof create !== "function") throw refuse("it is no package of a provider");
  const own = { fetch: cappedFetch, ...(apiKey === undefined ? {} : { apiKey }) };
  const provider = create({ ...given, ...own }) as Provider;
  return (id) => {
    const made = provider(id);
    const version = (made as { readonly specificationVersion?: unknown }).specificationVersion;
    if (version === "v4") return made;
    throw refuse(`it is made for another version of \`ai\` (${String(version)}, and v4 is needed)`);
  };
}

async function importFrom(root: string, name: string): Promise<Record<string, unknown>> {
  const path = createRequire(pathToFileURL(join(root, "maestro.config.ts"))).resolve(name);
  return import(pathToFileURL(path).href);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
