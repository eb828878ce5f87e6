import { expect, test } from 'vitest';
import { createEncryption } from '../../../store/encryption/encryption.ts';
import { secret } from '../../support/journal-secret.ts';

/** The characters of base64url that contain a nonce of 12 bytes. */
const nonceLength = 16;

test('each of a thousand encrypted texts has a nonce of its own, and can be decrypted', () => {
  const [one, other] = [createEncryption(secret), createEncryption(new Uint8Array(32).fill(7))];
  const texts = Array.from({ length: 500 }, (_, index) => `P${index}`);
  const encrypted = texts.map((text) => [one.encrypt(text), other.encrypt(text)] as const);
  expect(new Set(encrypted.flat().map((text) => text.slice(0, nonceLength))).size).toBe(1_000);
  expect(encrypted.map(([ofOne]) => one.decrypt(ofOne))).toEqual(texts);
  expect(encrypted.map(([, ofOther]) => other.decrypt(ofOther))).toEqual(texts);
});
