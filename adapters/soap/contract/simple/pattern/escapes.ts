/** The escapes of XML Schema's regular expressions (part 2, appendix F.1.1), in the syntax of JavaScript's classes. */

/** The characters that can begin a name, and the characters that can follow: `\i` and `\c` of XML Schema. */
const nameStart =
  ':A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}\\u{200d}' +
  '\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}';
const nameOther = `${nameStart}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}`;
const wordExcept = '\\p{P}\\p{Z}\\p{C}';

/** The escapes that stand for several characters. */
export const classEscapes: Readonly<Record<string, string>> = {
  d: '[\\p{Nd}]',
  D: '[\\P{Nd}]',
  s: '[\\u{20}\\t\\n\\r]',
  S: '[^\\u{20}\\t\\n\\r]',
  i: `[${nameStart}]`,
  I: `[^${nameStart}]`,
  c: `[${nameOther}]`,
  C: `[^${nameOther}]`,
  w: `[^${wordExcept}]`,
  W: `[${wordExcept}]`,
};
export const singleEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
export const categories = new Set(
  (
    'L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So ' +
    'C Cc Cf Co Cn'
  ).split(' '),
);

export interface Escape {
  /** The text for use inside a JavaScript class. */
  readonly source: string;
  readonly character: string | null;
}

/**
 * A character as it is written inside a class of a JavaScript regular expression. Letters and digits are not escaped,
 * so that the class stays readable.
 */
export const literal = (character: string): string =>
  /^[A-Za-z0-9]$/.test(character) ? character : `\\u{${codeOf(character).toString(16)}}`;

export const codeOf = (character: string): number => character.codePointAt(0) ?? 0;
