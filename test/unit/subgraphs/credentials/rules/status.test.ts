import { describe, expect, test } from 'vitest';
import type { Credential } from '../../../../../adapters/credentials/port.ts';
import {
  libraryCardNumberOf,
  sortCards,
  statusOf,
} from '../../../../../subgraphs/credentials/rules/cards/status.ts';

const card = (changes: Partial<Credential> = {}): Credential => ({
  libraryCardNumber: '21852000000017',
  patronId: 'P0000001',
  kind: 'LIBRARY_CARD',
  state: 'ACTIVE',
  issuedOn: '2012-05-02',
  closedOn: null,
  identityNumber: null,
  dateOfIssue: null,
  onReplacement: null,
  informationCardPrintedOn: null,
  ...changes,
});

describe('the status of a card', () => {
  const closed = card({ state: 'CLOSED', closedOn: '2026-09-09' });
  const later = card({ libraryCardNumber: '21852000000249', issuedOn: '2026-09-09' });

  test('a closed library card was replaced where a later library card came after it', () => {
    expect(statusOf(closed, [closed, later])).toBe('REPLACED');
  });

  test('a closed library card without a later one was discontinued', () => {
    const earlier = card({ issuedOn: '2001-01-01' });
    const smartId = card({ kind: 'SMART_ID', issuedOn: '2026-10-01' });
    expect(statusOf(closed, [closed, earlier, smartId])).toBe('DISCONTINUED');
  });

  test('a closed smart identity card was discontinued, whatever came after it', () => {
    expect(statusOf({ ...closed, kind: 'SMART_ID' }, [later])).toBe('DISCONTINUED');
  });

  test('of two library cards issued on one day the higher number is the later', () => {
    const sameDay = card({ state: 'CLOSED', issuedOn: '2026-09-09' });
    expect(statusOf(sameDay, [sameDay, later])).toBe('REPLACED');
    expect(statusOf({ ...later, state: 'CLOSED' }, [sameDay, later])).toBe('DISCONTINUED');
  });
});

describe('the order of cards', () => {
  const old = card({ libraryCardNumber: '1', issuedOn: '2001-01-01' });
  const newest = card({ libraryCardNumber: '2', issuedOn: '2020-01-01', kind: 'SMART_ID' });
  const lost = card({ libraryCardNumber: '3', issuedOn: '2022-01-01', state: 'LOST' });

  test('those in use come first, then the newest', () => {
    expect(sortCards([old, lost, newest]).map((each) => each.libraryCardNumber)).toEqual(['2', '1', '3']);
  });

  test('R10: the number is that of a library card in use, else of a smart identity card in use', () => {
    expect(libraryCardNumberOf([newest, old, lost])).toBe('1');
    expect(libraryCardNumberOf([newest, lost])).toBe('2');
    expect(libraryCardNumberOf([lost])).toBeNull();
  });
});
