const { ownKeys, getOwnPropertyDescriptor, defineProperty } = Reflect;
const { is } = Object;
const toName = String;

const WATCHED: readonly (readonly [string, object])[] = [
  ["Object", Object],
  ["Object.prototype", Object.prototype],
  ["Function.prototype", Function.prototype],
  ["Array", Array],
  ["Array.prototype", Array.prototype],
  ["String.prototype", String.prototype],
  ["Number", Number],
  ["Number.prototype", Number.prototype],
  ["JSON", JSON],
  ["Math", Math],
  ["Reflect", Reflect],
  ["RegExp.prototype", RegExp.prototype],
  ["Map.prototype", Map.prototype],
  ["Set.prototype", Set.prototype],
  ["WeakMap.prototype", WeakMap.prototype],
  ["Promise", Promise],
  ["Promise.prototype", Promise.prototype],
  ["Symbol", Symbol],
];

interface Kept {
  readonly name: string;
  readonly object: object;
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor;
}

/**
 * Remembers what the language's own functions are. The returned function puts back those that were replaced since,
 * and names them, so that one module cannot change how the others and the compiler behave. What a module adds stays.
 */
export function guardIntrinsics(): () => string[] {
  const kept: Kept[] = [];
  for (const [name, object] of WATCHED) {
    for (const key of ownKeys(object)) {
      const descriptor = getOwnPropertyDescriptor(object, key)!;
      if (descriptor.configurable && "value" in descriptor) kept.push({ name, object, key, descriptor });
    }
  }
  // Index loops and captured functions only: anything else may be what was replaced.
  return () => {
    const changed: string[] = [];
    for (let i = 0; i < kept.length; i++) {
      const { name, object, key, descriptor } = kept[i]!;
      const now = getOwnPropertyDescriptor(object, key);
      if (now && is(now.value, descriptor.value)) continue;
      if (!defineProperty(object, key, descriptor)) continue;
      changed[changed.length] =
        typeof key === "symbol" ? `${name}[${toName(key)}]` : `${name}.${toName(key)}`;
    }
    return changed;
  };
}
