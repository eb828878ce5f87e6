import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^22 is 2^130: nobody guesses one, and no two are ever alike. */
const length = 22;

/** A new operation's id: 22 of [0-9A-Za-z], random. */
export function newOperationId(): string {
  let id = '';
  for (let at = 0; at < length; at += 1) {
    id += alphabet[randomInt(alphabet.length)];
  }
  return id;
}
