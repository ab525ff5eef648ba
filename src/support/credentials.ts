/** A stretch of text that has the shape of a credential. */
export interface Credential {
  /** What it is, as a message says it: `an API key of OpenAI`. */
  readonly what: string;
  /** The name under which such a thing is usually kept. */
  readonly usualName: string;
  /** In UTF-16 units from 0, end exclusive. */
  readonly from: number;
  readonly to: number;
}

interface Shape {
  readonly what: string;
  readonly usualName: string;
  /** The first group is the secret itself. */
  readonly pattern: RegExp;
  readonly isReal: (secret: string, match: RegExpExecArray) => boolean;
}

const EARLIER = "(?<![A-Za-z0-9_-])";

/** Special shapes before general ones: of two that overlap, the first is meant. */
const SHAPES: readonly Shape[] = [
  {
    what: "an API key of Anthropic",
    usualName: "ANTHROPIC_API_KEY",
    pattern: new RegExp(`${EARLIER}(sk-ant-[A-Za-z0-9_-]{20,})`, "g"),
    isReal: isRandom,
  },
  {
    what: "an API key of OpenAI",
    usualName: "OPENAI_API_KEY",
    pattern: new RegExp(`${EARLIER}(sk-[A-Za-z0-9_-]{20,})`, "g"),
    isReal: isRandom,
  },
  {
    what: "a token of GitHub",
    usualName: "GITHUB_TOKEN",
    pattern: new RegExp(`${EARLIER}(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})`, "g"),
    isReal: isRandom,
  },
  {
    what: "an access key of AWS",
    usualName: "AWS_ACCESS_KEY_ID",
    pattern: /(?<![A-Za-z0-9])((?:AKIA|ASIA)[A-Z0-9]{16})(?![A-Za-z0-9])/g,
    isReal: (secret) => isVaried(secret) && /\d/.test(secret),
  },
  {
    what: "a secret key of AWS",
    usualName: "AWS_SECRET_ACCESS_KEY",
    pattern: /secret_?access_?key["'`]?\s*[:=]\s*["'`]?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    isReal: isRandom,
  },
  {
    what: "an API key of Google",
    usualName: "GOOGLE_API_KEY",
    pattern: new RegExp(`${EARLIER}(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])`, "g"),
    isReal: isRandom,
  },
  {
    what: "a token of Slack",
    usualName: "SLACK_TOKEN",
    pattern: new RegExp(`${EARLIER}(xox[abeoprs]-[A-Za-z0-9-]{20,})`, "g"),
    isReal: (secret) => isVaried(secret) && /\d/.test(secret),
  },
  {
    what: "a live key of Stripe",
    usualName: "STRIPE_API_KEY",
    pattern: new RegExp(`${EARLIER}([sr]k_live_[A-Za-z0-9]{16,})`, "g"),
    isReal: isRandom,
  },
  {
    what: "a private key",
    usualName: "PRIVATE_KEY",
    // In source a line break may be written `\n`.
    pattern:
      /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----((?:\s|\\n|["'`+,])+[A-Za-z0-9+/=]{16}(?:[\s\S]{0,8000}?-----END [A-Z ]*PRIVATE KEY-----|[A-Za-z0-9+/=\s\\]*[A-Za-z0-9+/=]))/g,
    isReal: isVaried,
  },
  {
    what: "a signed token (JWT)",
    usualName: "API_TOKEN",
    pattern: new RegExp(
      `${EARLIER}(eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{20,})`,
      "g",
    ),
    isReal: isVaried,
  },
  {
    what: "a bearer token",
    usualName: "API_TOKEN",
    pattern: /\bBearer +([A-Za-z0-9._~+/-]{20,}=*)/g,
    isReal: (secret) => isVaried(secret) && /\d/.test(secret) && /[A-Za-z]/.test(secret),
  },
  {
    what: "an address with a password",
    usualName: "SERVICE_URL",
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'`<>{}$]*:([^\s:/@"'`<>{}$*]{4,})(?=@[A-Za-z0-9[])/g,
    isReal: (secret, [whole]) =>
      !isPlaceholder(secret) &&
      !/^(?:pass(?:word|wd)?|pwd?|secret|token|key|root|admin|postgres|mysql|guest)$/i.test(secret) &&
      !whole.includes(`//${secret}:`),
  },
];

/** Nothing that has none of these is looked at any further. */
const MAY_HOLD =
  /sk-|gh[pousr]_|github_pat_|AKIA|ASIA|AIza|xox[abeoprs]-|[sr]k_live_|PRIVATE KEY|eyJ|Bearer |:\/\/[^\s/@]*@|secret_?access_?key/i;

/** Everything in `text` that looks like a real credential, in the order of the text, without overlaps. Placeholders are none. */
export function findCredentials(text: string): readonly Credential[] {
  if (!MAY_HOLD.test(text)) return [];
  const found: Credential[] = [];
  for (const { what, usualName, pattern, isReal } of SHAPES) {
    for (const match of text.matchAll(pattern)) {
      const [from, to] = [match.index, match.index + match[0].length];
      if (!isReal(match[1]!, match) || found.some((other) => from < other.to && other.from < to)) continue;
      found.push({ what, usualName, from, to });
    }
  }
  return found.sort((a, b) => a.from - b.from);
}

const SHOWN = 4;

/** `text` with all but the first four characters of each credential covered; as long as before, on the same lines. */
export function maskCredentials(text: string): string {
  let masked = "";
  let at = 0;
  for (const { from, to } of findCredentials(text)) {
    masked += text.slice(at, from) + covered(text.slice(from, to));
    at = to;
  }
  return masked + text.slice(at);
}

/** As much of a secret as may be shown: four characters, the rest covered. */
export function covered(secret: string): string {
  return secret.slice(0, SHOWN) + secret.slice(SHOWN).replace(/[^\r\n]/g, "*");
}

const WORDS =
  /x{4,}|\*{3,}|\.{3}|…|<|example|your[-_]|placeholder|dummy|fake|sample|change-?me|redacted|test[-_]|0{6,}|1234567|abcdefg|insert/i;

function isPlaceholder(text: string): boolean {
  return WORDS.test(text);
}

/** Are its characters as mixed as chance would have them? */
function isVaried(text: string): boolean {
  return !isPlaceholder(text) && new Set(text).size >= 10;
}

/** Such keys mix small letters, capitals and digits; names and ids of one's own seldom do. */
function isRandom(text: string): boolean {
  return isVaried(text) && /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
}
