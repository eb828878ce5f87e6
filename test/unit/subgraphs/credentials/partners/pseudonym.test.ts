import { describe, expect, test } from 'vitest';
import { pseudonymKeyOf, pseudonymOf } from '../../../../../subgraphs/credentials/partners/pseudonym.ts';
import { readOperationsConfig } from '../../../../../subgraphs/runtime/operations-config.ts';

const secret = 'a secret of thirty-two characters';
const [journalKey, otherJournalKey] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;

describe('R28: a pseudonym', () => {
  test('is the same for one patron and partner, and no other pair has it', () => {
    const pairs = [
      ['ebooks', 'P0000001'],
      ['ebooks', 'P0000002'],
      ['music', 'P0000001'],
      // Where the one ends and the other begins is part of it.
      ['ebooksP', '0000001'],
    ] as const;
    const made = pairs.map(([partner, patronId]) => pseudonymOf(journalKey, partner, patronId));
    expect(new Set(made).size).toBe(pairs.length);
    expect(pseudonymOf(journalKey, 'ebooks', 'P0000001')).toBe(made[0]);
    expect(pseudonymOf(otherJournalKey, 'ebooks', 'P0000001')).not.toBe(made[0]);
  });

  test('is made with PSEUDONYM_SECRET, whatever becomes of the key to the journal', () => {
    const config = readOperationsConfig({ PSEUDONYM_SECRET: secret, NODE_ENV: 'production' });
    expect(pseudonymKeyOf(config, journalKey)).toEqual(pseudonymKeyOf(config, otherJournalKey));
  });

  test('is not made in production without it', () => {
    const config = readOperationsConfig({ NODE_ENV: 'production' });
    expect(() => pseudonymKeyOf(config, journalKey)).toThrow('PSEUDONYM_SECRET must be set in production');
  });

  test('is made with the key to the journal in development, and does not give that away', () => {
    const key = pseudonymKeyOf(readOperationsConfig({}), journalKey);
    expect(key).not.toEqual(journalKey);
    expect(pseudonymKeyOf(readOperationsConfig({}), otherJournalKey)).not.toEqual(key);
  });
});
