/** The one-time codes with which a machine is enrolled as a station. */
import { randomInt } from 'node:crypto';

/** Crockford's base 32: without I, L, O and U, which are mistaken for 1, 1, 0 and V. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 32^8 is 2^40. With what `WrongCodes` lets pass, guessing one of 20 codes in their ten minutes has a chance below 1 in 10^7. */
const codeLength = 8;

/** `randomBelow`: a number from 0 up to what it is given, by a cryptographic generator. */
export function newCode(randomBelow: (max: number) => number = randomInt): string {
  return Array.from({ length: codeLength }, () => alphabet[randomBelow(alphabet.length)]).join('');
}

/**
 * The code that somebody has typed: lower case, spaces and hyphens are accepted, O is read as 0, and I and L as 1. Null for text
 * that is no code.
 * @example parseCode('7k2m-9qxr') // '7K2M9QXR'
 */
export function parseCode(text: string): string | null {
  const code = text
    // Full-width characters, as input methods for Chinese make them.
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return code.length === codeLength && [...code].every((letter) => alphabet.includes(letter)) ? code : null;
}
