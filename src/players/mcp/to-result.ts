import type { CallToolResult } from "@modelcontextprotocol/client";

type Block = CallToolResult["content"][number];

/**
 * What a tool gave, as data: its structured content where it has one, a text where it gave one text alone, else the list
 * of what it gave. Of pictures, sounds and other bytes only how many there are.
 */
export function toResult({ structuredContent, content }: CallToolResult): unknown {
  if (structuredContent !== undefined) return structuredContent;
  const [first] = content;
  if (content.length === 1 && first?.type === "text") return first.text;
  return content.map(toData);
}

/** What a tool said of its failure, in words. */
export function toFailureText({ content }: CallToolResult): string {
  const texts = content.flatMap((block) => (block.type === "text" ? [block.text] : []));
  return texts.join("\n") || "it failed and did not say why";
}

function toData(block: Block): unknown {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text };
    case "image":
    case "audio":
      return { type: block.type, mediaType: block.mimeType, leftOutBytes: toBytes(block.data) };
    case "resource_link":
      return { type: "link", uri: block.uri, name: block.name };
    case "resource": {
      const { resource } = block;
      return "text" in resource
        ? { type: "resource", uri: resource.uri, text: resource.text }
        : { type: "resource", uri: resource.uri, leftOutBytes: toBytes(resource.blob) };
    }
    default:
      // Another version of the protocol may have others.
      return { type: (block as { readonly type: unknown }).type };
  }
}

/** Of base64. */
function toBytes(data: string): number {
  return Math.floor((data.length * 3) / 4);
}
