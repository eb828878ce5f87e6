/** The one-time codes that enrol a machine as a station. */
import { randomInt } from 'node:crypto';

/** Crockford's base 32. The alphabet lacks I and L (they look like 1), O (like 0), and U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * There are 32^8 = 2^40 codes. With 20 valid codes and 1,000 guesses in ten minutes (`WrongCodes`), the chance to guess
 * one is 20,000 / 2^40, which is below 1 in 10^7.
 */
const codeLength = 8;

/** `randomBelow` returns a random number from 0 to below `max`. The default is cryptographically secure. */
export function newCode(randomBelow: (max: number) => number = randomInt): string {
  return Array.from({ length: codeLength }, () => alphabet[randomBelow(alphabet.length)]).join('');
}

/**
 * Reads a code that a person typed. Lower case, spaces and hyphens are accepted. O is read as 0, and I and L as 1. Null
 * if the text is not a code.
 * @example parseCode('7k2m-9qxr') // '7K2M9QXR'
 */
export function parseCode(text: string): string | null {
  const code = text
    // Input methods for Chinese may produce full-width characters.
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return code.length === codeLength && [...code].every((letter) => alphabet.includes(letter)) ? code : null;
}
