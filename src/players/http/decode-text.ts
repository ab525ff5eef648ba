/**
 * Bytes as text, by the charset of the content type when that is one there is, else UTF-8. Never throws: what is no text
 * stands as U+FFFD.
 * @param isCut the end is missing, so a character that is begun there is left out
 */
export function decodeText(
  bytes: Buffer,
  contentType: string | undefined,
  { isCut }: { readonly isCut: boolean },
): string {
  const [, charset = "utf-8"] = /;\s*charset="?([\w.:-]+)"?/i.exec(contentType ?? "") ?? [];
  return decoderOf(charset).decode(bytes, { stream: isCut });
}

function decoderOf(charset: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
