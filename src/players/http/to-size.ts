const KIB = 1024;

/** A limit for a person to read: `16 KB`, `10 MB`. */
export function toSize(bytes: number): string {
  if (bytes < KIB) return `${bytes} bytes`;
  return bytes < KIB * KIB ? `${bytes / KIB} KB` : `${bytes / KIB / KIB} MB`;
}
