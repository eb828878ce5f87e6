import { describe, expect, test } from 'vitest';
import type {
  PseudonymKeyOffer,
  PseudonymKeyVerdict,
  SharedKeys,
} from '../../../../../store/journal/port.ts';
import {
  pseudonymKeyOf,
  pseudonymOf,
  warnOfWeakSecret,
} from '../../../../../subgraphs/credentials/partners/pseudonym.ts';
import { readOperationsConfig } from '../../../../../subgraphs/runtime/operations-config.ts';

const secret = 'a secret of thirty-two characters';
const [journalKey, otherJournalKey] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;

const accepts = ({ key }: PseudonymKeyOffer): PseudonymKeyVerdict => ({ kind: 'key', key });
const keysOf = (
  fingerprintKey: Uint8Array,
  verdictOn: (offer: PseudonymKeyOffer) => PseudonymKeyVerdict,
): SharedKeys => ({ fingerprintKey, agreeOnPseudonymKey: async (offer) => verdictOn(offer) });

describe('R28: a pseudonym', () => {
  test('is the same for one patron and partner, and no other pair has it', () => {
    const pairs = [
      ['ebooks', 'P0000001'],
      ['ebooks', 'P0000002'],
      ['music', 'P0000001'],
      // This pair has the same characters, but with another boundary between partner and patron.
      ['ebooksP', '0000001'],
    ] as const;
    const made = pairs.map(([partner, patronId]) => pseudonymOf(journalKey, partner, patronId));
    expect(new Set(made).size).toBe(pairs.length);
    expect(pseudonymOf(journalKey, 'ebooks', 'P0000001')).toBe(made[0]);
    expect(pseudonymOf(otherJournalKey, 'ebooks', 'P0000001')).not.toBe(made[0]);
  });

  test('is made with PSEUDONYM_SECRET, whatever becomes of the key to the journal', async () => {
    const config = readOperationsConfig({ PSEUDONYM_SECRET: secret, NODE_ENV: 'production' });
    const made = await pseudonymKeyOf(config, keysOf(journalKey, accepts));
    expect(await pseudonymKeyOf(config, keysOf(otherJournalKey, accepts))).toEqual(made);
  });

  test('is made with a weak PSEUDONYM_SECRET, too, and the log warns of it without quoting it', () => {
    const warningsAbout = (PSEUDONYM_SECRET: string) => {
      const lines: string[] = [];
      const config = readOperationsConfig({ PSEUDONYM_SECRET, NODE_ENV: 'production' });
      warnOfWeakSecret(config, { warn: (_details, message) => lines.push(message) });
      return lines;
    };
    expect(warningsAbout('2'.repeat(64))).toEqual([
      expect.stringContaining('PSEUDONYM_SECRET is too easy to guess'),
    ]);
    expect(warningsAbout('2'.repeat(64)).join()).not.toContain('222');
    expect(warningsAbout(secret)).toEqual([]);
  });

  test('is not made in production without it', async () => {
    const config = readOperationsConfig({ NODE_ENV: 'production' });
    await expect(pseudonymKeyOf(config, keysOf(journalKey, accepts))).rejects.toThrow(
      'PSEUDONYM_SECRET must be set in production',
    );
  });

  test('is made with the key to the journal in development, and does not give that away', async () => {
    const key = await pseudonymKeyOf(readOperationsConfig({}), keysOf(journalKey, accepts));
    expect(key).not.toEqual(journalKey);
    const other = await pseudonymKeyOf(readOperationsConfig({}), keysOf(otherJournalKey, accepts));
    expect(other).not.toEqual(key);
  });

  test.each([
    [{ kind: 'another' }, { PSEUDONYM_SECRET: secret }, /^PSEUDONYM_SECRET is not the one/],
    [{ kind: 'not kept' }, {}, /^PSEUDONYM_SECRET must be set: pseudonyms were made with it before/],
  ] as const)('is not made where the journal says %j', async (verdict, env, message) => {
    const config = readOperationsConfig(env);
    const opening = pseudonymKeyOf(
      config,
      keysOf(journalKey, () => verdict),
    );
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.not.toThrow(secret);
  });
});
