import { randomInt } from 'node:crypto';

/** The characters of an id. Migration 0008 contains them in the same order. */
export const idAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^22 is about 2^131: ids can't be guessed, and never collide. */
const idLength = 22;

/** A new operation's id: 22 random characters of [0-9A-Za-z]. */
export function newOperationId(): string {
  let id = '';
  for (let index = 0; index < idLength; index += 1) {
    id += idAlphabet[randomInt(idAlphabet.length)];
  }
  return id;
}

/** Crockford's base 32: without I, L, O and U, which are mistaken for 1, 1, 0 and V. */
const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 8;

/**
 * A short code of an operation, which people can read out at a counter or on the telephone (R24). For each of the id's
 * first eight characters, its index among the 62 characters of ids, modulo 32, selects a character of the code. A
 * generated column of the database contains the same code, and has an index for lookups.
 *
 * 62 characters can't be distributed evenly over 32: in a code, Y and Z stand for one character of an id each, and the
 * other thirty for two. So a code has 39.9 bits, and not 40. Two operations have the same code with a probability of 1 in
 * 970,000,000,000. Among a million operations, one in a million shares its code with another. A lookup then finds both.
 *
 * @example operationCode('7hQz02PLmnAbCdEfGhIjKl') // '7BTX02SN'
 */
export function operationCode(id: string): string {
  const letters = [...id.slice(0, codeLength)];
  return letters.map((letter) => codeAlphabet[idAlphabet.indexOf(letter) % codeAlphabet.length]).join('');
}

/**
 * Reads a code as people type it. Lower case, full width, spaces and hyphens are accepted. O is read as 0, and I and L as
 * 1. Null for a text that is not a code.
 * @example parseOperationCode('7btx-o2sn') // '7BTX02SN'
 */
export function parseOperationCode(text: string): string | null {
  const code = text
    .replaceAll(/[０-９Ａ-Ｚａ-ｚ]/g, (letter) => letter.normalize('NFKC'))
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const isCode = code.length === codeLength && [...code].every((letter) => codeAlphabet.includes(letter));
  return isCode ? code : null;
}
