const { stringify } = JSON;
JSON.stringify = ((value: unknown) => stringify(value)) as typeof JSON.stringify;
