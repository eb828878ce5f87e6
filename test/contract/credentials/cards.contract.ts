import { describe, expect, test } from 'vitest';
import type {
  CardManagement,
  CardRefusal,
  NewCredential,
  OnReplacement,
} from '../../../adapters/credentials/port.ts';
import { anySignal, type Opening } from '../port-under-test.ts';
import { cardOf, library, libraryFor, lostSmart, smart, smartFor, unknown } from './cards.ts';

/** The contract of `CardManagement` for issuing cards and reporting their loss. */
export function cardContract(open: Opening<CardManagement>): void {
  describe('a card', () => issuingContract(open));
  describe('a loss', () => lossContract(open));
}

function issuingContract(open: Opening<CardManagement>): void {
  test('is issued under a new number', async () => {
    await using subject = await open();
    const issued = await subject.port.issueCard('r', smartFor('P0000004'), anySignal());
    const credential = {
      libraryCardNumber: expect.stringMatching(/^21852000000[0-9]{3}$/),
      patronId: 'P0000004',
      kind: 'SMART_ID',
      state: 'ACTIVE',
      issuedOn: '2026-11-25',
      closedOn: null,
      identityNumber: 'Z683365(A)',
      dateOfIssue: '2024-01-02',
      onReplacement: null,
      informationCardPrintedOn: null,
    };
    expect(issued).toEqual({ credential });
    const number = 'credential' in issued ? issued.credential.libraryCardNumber : '';
    await expect(cardOf(subject.port, number)).resolves.toEqual(credential);
    const other = await subject.port.issueCard('s', libraryFor('P0000015'), anySignal());
    expect(other).toMatchObject({
      credential: { kind: 'LIBRARY_CARD', identityNumber: null, dateOfIssue: null },
    });
  });

  test.each<[NewCredential, CardRefusal['refused']]>([
    [libraryFor('P0000001'), 'ALREADY_EXISTS'],
    [smartFor('P0000001'), 'ALREADY_EXISTS'],
    [smartFor('P0000004', 'A123456(3)'), 'ALREADY_EXISTS'],
    [smartFor('P0000004', 'K778899(1)'), 'ALREADY_EXISTS'],
    [smartFor('P0000004', ''), 'WRONG_STATE'],
    [{ ...smartFor('P0000004'), dateOfIssue: '2024-02-30' } as NewCredential, 'INVALID'],
    [libraryFor('P\u0000'), 'INVALID'],
  ])('%j is not issued: %s', async (credential, refused) => {
    await using subject = await open();
    await expect(subject.port.issueCard('r', credential, anySignal())).resolves.toEqual({ refused });
  });

  test.each<[string, 'CLOSED' | 'SURRENDERED', CardRefusal['refused'] | null]>([
    [library, 'CLOSED', null],
    [smart, 'SURRENDERED', null],
    [lostSmart, 'CLOSED', null],
    ['21852000000132', 'CLOSED', 'WRONG_STATE'],
    [unknown, 'CLOSED', 'NOT_FOUND'],
    ['1', 'CLOSED', 'NOT_FOUND'],
  ])('%s is closed as %s: refused %s', async (number, state, refused) => {
    await using subject = await open();
    const outcome = await subject.port.closeCard('r', number, state, anySignal());
    if (refused !== null) {
      return expect(outcome).toEqual({ refused });
    }
    expect(outcome).toMatchObject({
      credential: { libraryCardNumber: number, state, closedOn: '2026-11-25' },
    });
    return expect(outcome).toEqual({ credential: await cardOf(subject.port, number) });
  });

  test.each([
    [library, 'WRONG_STATE'],
    [lostSmart, 'WRONG_STATE'],
    [unknown, 'NOT_FOUND'],
    ['', 'NOT_FOUND'],
  ])('of number %j has no information card: %s', async (number, refused) => {
    await using subject = await open();
    const outcome = await subject.port.printInformationCard('r', number, anySignal());
    expect(outcome).toEqual({ refused });
  });
}

function lossContract(open: Opening<CardManagement>): void {
  test('of a smart identity card to be continued: refused, then in use again with its newer date (R18)', async () => {
    await using subject = await open();
    const lost = await subject.port.reportLoss('a', smart, 'CONTINUE', anySignal());
    expect(lost).toMatchObject({
      report: {
        id: 'R0000004',
        libraryCardNumber: smart,
        reportedAt: '2026-11-25T01:30:00+08:00',
        onReplacement: 'CONTINUE',
      },
      credential: { state: 'LOST', onReplacement: 'CONTINUE', closedOn: null },
    });
    const replace = (reference: string, date: string | null) =>
      subject.port.replaceCard(reference, smart, date, anySignal());
    for (const date of [null, '2019-02-20', '2018-01-01']) {
      await expect(replace('b', date)).resolves.toEqual({ refused: 'WRONG_STATE' });
    }
    await expect(replace('b', '2026-02-30')).resolves.toEqual({ refused: 'INVALID' });
    await expect(replace('b', '2026-11-24')).resolves.toMatchObject({
      credential: {
        libraryCardNumber: smart,
        state: 'ACTIVE',
        dateOfIssue: '2026-11-24',
        onReplacement: null,
      },
    });
    const find = (dateOfIssue: string) =>
      subject.port.findSmartId({ identityNumber: 'A123456(3)', dateOfIssue }, anySignal());
    await expect(find('2019-02-20')).resolves.toBeNull();
    await expect(find('2026-11-24')).resolves.toMatchObject({ libraryCardNumber: smart });
  });

  test('of a smart identity card to be discontinued closes it', async () => {
    await using subject = await open();
    const lost = await subject.port.reportLoss('a', smart, 'DISCONTINUE', anySignal());
    expect(lost).toMatchObject({
      report: { onReplacement: 'DISCONTINUE' },
      credential: { state: 'CLOSED', closedOn: '2026-11-25' },
    });
    const replaced = await subject.port.replaceCard('b', smart, '2026-11-24', anySignal());
    expect(replaced).toEqual({ refused: 'WRONG_STATE' });
  });

  test('of a library card: it gets a new number, and its PIN stays (R19)', async () => {
    await using subject = await open();
    await subject.port.changePin('p', library, '0077', anySignal());
    const lost = await subject.port.reportLoss('a', library, null, anySignal());
    expect(lost).toMatchObject({ report: { onReplacement: null }, credential: { state: 'LOST' } });
    const replaced = await subject.port.replaceCard('b', library, null, anySignal());
    const number = 'credential' in replaced ? replaced.credential.libraryCardNumber : '';
    expect(number).not.toBe(library);
    expect(await cardOf(subject.port, library)).toMatchObject({ state: 'CLOSED', closedOn: '2026-11-25' });
    await expect(subject.port.verifyPin(number, '0077', anySignal())).resolves.toMatchObject({
      verified: true,
    });
    const again = await subject.port.replaceCard('c', library, null, anySignal());
    expect(again).toEqual({ refused: 'WRONG_STATE' });
  });

  test.each<[string, OnReplacement | null, CardRefusal['refused']]>([
    [smart, null, 'WRONG_STATE'],
    [library, 'CONTINUE', 'WRONG_STATE'],
    [lostSmart, 'CONTINUE', 'WRONG_STATE'],
    [unknown, null, 'NOT_FOUND'],
    ['x', null, 'NOT_FOUND'],
  ])('of %s with %s is refused: %s', async (number, onReplacement, refused) => {
    await using subject = await open();
    const outcome = await subject.port.reportLoss('r', number, onReplacement, anySignal());
    expect(outcome).toEqual({ refused });
  });

  test.each([
    [library, '2026-11-24', 'WRONG_STATE'],
    [smart, '2026-11-24', 'WRONG_STATE'],
    [unknown, null, 'NOT_FOUND'],
    ['x', null, 'NOT_FOUND'],
  ])('%s is not replaced with %s: %s', async (number, date, refused) => {
    await using subject = await open();
    await expect(subject.port.replaceCard('r', number, date, anySignal())).resolves.toEqual({ refused });
  });
}
