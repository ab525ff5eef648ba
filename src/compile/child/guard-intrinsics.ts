const { ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty } = Reflect;
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
  ["Error", Error],
];
/** Programs set them for their own stacks. */
const isFree = (key: PropertyKey) => key === "stackTraceLimit" || key === "prepareStackTrace";
/** What every object has since then, our messages among them. */
const { prototype: EVERY } = Object;
const TO_JSON = "toJSON";

interface Kept {
  readonly name: string;
  readonly object: object;
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor;
}

/**
 * Remembers what the language's own functions are. The returned function puts back those that were replaced since,
 * and names them, so that one module cannot change how the others and the compiler behave. What a module adds stays, but
 * for what it adds to every object, and to how things are written as JSON.
 */
export function guardIntrinsics(): () => string[] {
  const kept: Kept[] = [];
  for (const [name, object] of WATCHED) {
    for (const key of ownKeys(object)) {
      const descriptor = getOwnPropertyDescriptor(object, key)!;
      if (descriptor.configurable && "value" in descriptor && !isFree(key))
        kept.push({ name, object, key, descriptor });
    }
  }
  const everyKeys = ownKeys(EVERY);
  // Index loops and captured functions only: anything else may be what was replaced.
  return () => {
    const changed: string[] = [];
    // First: whatever describes a property is an object, too.
    const now = ownKeys(EVERY);
    for (let i = 0; i < now.length; i++) {
      if (!isAmong(everyKeys, now[i]!) && deleteProperty(EVERY, now[i]!))
        changed[changed.length] = toText("Object.prototype", now[i]!);
    }
    for (let i = 0; i < WATCHED.length; i++) {
      const { 0: name, 1: object } = WATCHED[i]!;
      if (!getOwnPropertyDescriptor(object, TO_JSON) || !deleteProperty(object, TO_JSON)) continue;
      changed[changed.length] = toText(name, TO_JSON);
    }
    for (let i = 0; i < kept.length; i++) {
      const { name, object, key, descriptor } = kept[i]!;
      const found = getOwnPropertyDescriptor(object, key);
      if (found && is(found.value, descriptor.value)) continue;
      if (defineProperty(object, key, descriptor)) changed[changed.length] = toText(name, key);
    }
    return changed;
  };
}

function isAmong(keys: readonly PropertyKey[], key: PropertyKey): boolean {
  for (let i = 0; i < keys.length; i++) if (keys[i] === key) return true;
  return false;
}

function toText(name: string, key: PropertyKey): string {
  return typeof key === "symbol" ? `${name}[${toName(key)}]` : `${name}.${toName(key)}`;
}
