// Takes the values of fields with secret names out of a text that may or may not be JSON any more: whole values, also
// nested ones, and under names that hide behind escapes. Must work on broken text, because that is what is quarantined,
// and in linear time, because strangers send it.

/** One string from its quote on; the last quote may be missing. */
const STRING = /"((?:[^"\\]|\\.)*)("?)/gsy;
const COLON = /\s*:\s*/y;
/** `name=` and `name:`, as in text alerts and logs; the name whole, or a long one would be tried at every letter. */
const PLAIN_NAME = /(?<![\w.-])([\w.-]{1,100})"?\s{0,3}[=:]\s{0,3}/g;
const PLAIN_VALUE = /"(?:[^"\\]|\\.)*"?|[^\s,;&"{}[\]]*/sy;
/** A string, a bracket, or a run of anything else. */
const VALUE_PART = /"(?:[^"\\]|\\.)*"?|[{}[\]]|[^"{}[\]]+/gsy;
const BARE_VALUE = /[^,}\]\s]*/y;

type SecretName = (name: string) => boolean;

/** `isSecret` judges the name, unescaped; `replacement` stands where the value was. */
export function redactNamed(text: string, isSecret: SecretName, replacement: string): string {
  if (!/[:=]/.test(text)) return text;
  return redactPlain(redactQuoted(text, isSecret, replacement), isSecret, replacement);
}

function redactQuoted(text: string, isSecret: SecretName, replacement: string): string {
  let clean = "";
  let from = 0;
  let at = text.indexOf('"');
  while (at !== -1) {
    STRING.lastIndex = at;
    const [all = "", name = "", closed = ""] = STRING.exec(text) ?? [];
    if (closed === "") break; // the rest is one open string
    const start = endOf(COLON, text, at + all.length);
    if (start === null || !isSecret(unescaped(name))) {
      // In broken text the closing quote may be the opening one of the next string.
      at = start === null ? at + all.length - 1 : text.indexOf('"', start);
      continue;
    }
    const end = valueEnd(text, start);
    clean += `${text.slice(from, start)}"${replacement}"`;
    from = end;
    at = text.indexOf('"', end);
  }
  return clean + text.slice(from);
}

function redactPlain(text: string, isSecret: SecretName, replacement: string): string {
  let clean = "";
  let from = 0;
  PLAIN_NAME.lastIndex = 0;
  for (let match = PLAIN_NAME.exec(text); match !== null; match = PLAIN_NAME.exec(text)) {
    if (!isSecret(match[1] ?? "")) continue;
    const start = PLAIN_NAME.lastIndex;
    const end = endOf(PLAIN_VALUE, text, start) ?? start;
    if (end === start) continue;
    clean += text.slice(from, start) + replacement;
    from = end;
    PLAIN_NAME.lastIndex = end;
  }
  return clean + text.slice(from);
}

function unescaped(quoted: string): string {
  try {
    return String(JSON.parse(`"${quoted}"`));
  } catch {
    return quoted;
  }
}

/** End of the value that begins at `start`; an unclosed bracket reaches to the end of the text. */
function valueEnd(text: string, start: number): number {
  if (!/["{[]/.test(text.charAt(start))) return endOf(BARE_VALUE, text, start) ?? start;
  let depth = 0;
  VALUE_PART.lastIndex = start;
  for (let part = VALUE_PART.exec(text); part !== null; part = VALUE_PART.exec(text)) {
    if (part[0] === "{" || part[0] === "[") depth += 1;
    if (part[0] === "}" || part[0] === "]") depth -= 1;
    if (depth <= 0) return VALUE_PART.lastIndex;
  }
  return text.length;
}

/** Where a sticky pattern that is tried at `from` ends; null when it does not match there. */
function endOf(pattern: RegExp, text: string, from: number): number | null {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : null;
}
