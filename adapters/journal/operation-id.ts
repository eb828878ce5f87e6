import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^22 is about 2^131: an id can't be guessed, and no two are ever alike. */
const idLength = 22;

/** A new operation's id: 22 random characters of [0-9A-Za-z]. */
export function newOperationId(): string {
  let id = '';
  for (let index = 0; index < idLength; index += 1) {
    id += alphabet[randomInt(alphabet.length)];
  }
  return id;
}
