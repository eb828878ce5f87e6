import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { AutomaticDocuments, isHashOf } from '../../../../../gateway/access/documents/automatic.ts';

const documents = Array.from({ length: 60 }, (_, i) => `query Q${i} { me { id } }`);
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

test('a hash is 64 hexadecimal digits in lower case', () => {
  expect(isHashOf(hashOf('{ a }'), '{ a }')).toBe(true);
  expect(isHashOf(hashOf('{ a }').toUpperCase(), '{ a }')).toBe(false);
  expect(isHashOf(hashOf('{ b }'), '{ a }')).toBe(false);
});

test('documents that are registered and never asked for evict none that was asked for', () => {
  const automatic = new AutomaticDocuments();
  for (const text of documents) {
    automatic.register(hashOf(text), text);
    expect(automatic.find(hashOf(text))).toBe(text);
  }
  for (let i = 0; i < 20_000; i++) {
    automatic.register(`flood ${i}`, `query Flood${i} { me { id } }`);
  }
  expect(documents.filter((text) => automatic.find(hashOf(text)) !== text)).toEqual([]);
});

test('what is kept is bounded in characters and in entries', () => {
  for (const [length, atMost] of [
    [10, 4400],
    [50_000, 44],
  ] as const) {
    const automatic = new AutomaticDocuments();
    const text = 'x'.repeat(length);
    const hashes = Array.from({ length: 6000 }, (_, i) => `${i}`);
    for (const hash of hashes) {
      automatic.register(hash, text);
      automatic.find(hash);
    }
    const kept = hashes.filter((hash) => automatic.find(hash) !== undefined).length;
    expect(kept).toBeGreaterThan(atMost / 2);
    expect(kept).toBeLessThanOrEqual(atMost);
  }
});

test('a document too large to be kept is served by no hash, and evicts nothing', () => {
  const automatic = new AutomaticDocuments();
  automatic.register('small', '{ a }');
  automatic.register('large', 'x'.repeat(3_000_000));
  expect([automatic.find('large'), automatic.find('small')]).toEqual([undefined, '{ a }']);
});
