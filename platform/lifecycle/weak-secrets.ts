/** Finds secrets that are too easy to guess. In production a process doesn't start with such a secret. */
import { systems, variablePrefix } from '../systems.ts';

/**
 * The minimum entropy of our own secrets, in bits. By the estimate of {@link bitsOf}, random text of 32 hexadecimal
 * digits has more than 90 bits.
 */
const ownSecret = 80;
/**
 * The minimum entropy of client secrets, in bits. The OpenID provider chooses them, and some are shorter than our own
 * secrets.
 */
const clientSecret = 64;
/**
 * The minimum entropy of the passwords of the vendors' systems, in bits. The vendors choose them, often with eight
 * characters. Of random texts of eight letters and digits, 99 % have at least 16 bits.
 */
const vendorPassword = 16;

/** The minimum entropy of each secret in bits, for the secrets of all processes. */
const minBits: Readonly<Record<string, number>> = {
  SUBGRAPH_SECRET: ownSecret,
  JOURNAL_SECRET: ownSecret,
  PSEUDONYM_SECRET: ownSecret,
  SIGN_IN_SECRET: ownSecret,
  WEB_SECRET: ownSecret,
  WEB_STAFF_CLIENT_SECRET: clientSecret,
  WEB_READER_CLIENT_SECRET: clientSecret,
  ...Object.fromEntries(
    systems
      .filter(({ security }) => security.kind === 'login')
      .map((entry) => [`${variablePrefix(entry)}_PASSWORD`, vendorPassword]),
  ),
};
export const secretNames: readonly string[] = Object.keys(minBits);

/**
 * The secret that can never be replaced: a process must start even if it is weak. It has one value, which may contain
 * commas.
 */
const unchangeable = 'PSEUDONYM_SECRET';

/** The passwords in our own documents and simulators. Their other secrets repeat one character, and so have 0 bits. */
const examples: ReadonlySet<string> = new Set(['password', 'demonstration']);

/** Words and rows of a keyboard that many weak secrets contain. They add no entropy to a secret. */
const commonWords =
  /pass(?:word|wort)|(?:change|replace)[-_ ]?me|secret|example|default|admin|welcome|super|subgraph|journal|library|patron|qwerty(?:uiop)?|asdf(?:ghjkl)?|zxcvbnm/gi;

/** The names of the secrets in `values` that are too easy to guess. The result never has a secret's value. */
export const weakSecrets = (values: NodeJS.ProcessEnv, names = secretNames): readonly string[] =>
  names.filter((name) => {
    const value = values[name] ?? '';
    // A secret with several values is weak if one of them is.
    const all = name === unchangeable ? [value] : value.split(',');
    return value !== '' && all.some((one) => examples.has(one) || bitsOf(one) < (minBits[name] ?? 0));
  });

/** Like `weakSecrets`, without the secret that can't be replaced. */
export const weakSecretsToRefuse = (values: NodeJS.ProcessEnv, names: readonly string[]): readonly string[] =>
  weakSecrets(
    values,
    names.filter((name) => name !== unchangeable),
  );

/**
 * An estimate of a text's entropy, in bits. Repetitions within the text and {@link commonWords} don't count. There are
 * two numbers: one by the frequency of each character, and one by the frequency of each step from a character to the
 * next. The estimate is the smaller one. In `abcdefgh` all steps are equal, so the second number is 0.
 *
 * Example: `hbdafecg` has 20 bits, and so has a text that repeats it.
 */
export function bitsOf(text: string): number {
  const codes = [...withoutRepeats(text.replace(commonWords, ''))].map(
    (character) => character.codePointAt(0) ?? 0,
  );
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return Math.min(entropyOf(codes), entropyOf(steps));
}

function entropyOf(symbols: readonly number[]): number {
  const counts = [...Map.groupBy(symbols, (symbol) => symbol).values()].map(({ length }) => length);
  return counts.reduce((bits, count) => bits + count * Math.log2(symbols.length / count), 0);
}

/** The length of a part that counts as repeated. Random secrets of usual length hardly ever repeat four characters. */
const repeatedLength = 4;

/** The text without the characters that repeat an earlier part of it. `pass1pass2` becomes `pass12`. */
function withoutRepeats(text: string): string {
  let repeatedUntil = 0;
  let rest = '';
  for (let index = 0; index < text.length; index += 1) {
    const part = text.slice(index, index + repeatedLength);
    if (part.length === repeatedLength && text.indexOf(part) < index) {
      repeatedUntil = index + repeatedLength;
    }
    rest += index < repeatedUntil ? '' : text[index];
  }
  return rest;
}
