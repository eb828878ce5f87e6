import { describe, expect, test } from 'vitest';
import {
  type CardManagement,
  type Credential,
  type NewApplication,
  withdrawnByApplicant,
} from '../../../adapters/credentials/port.ts';
import { anyApplication } from '../../support/ports.ts';
import { type Change, changeContract } from '../changes.contract.ts';
import { anySignal, dayMs, expectUpstream, minuteMs, type Opening } from '../port-under-test.ts';
import { cardContract } from './cards.contract.ts';
import { cardOf, library, libraryFor, smart } from './cards.ts';
import { pinContract } from './pins.contract.ts';

const application: NewApplication = {
  channel: 'INTERNET',
  patronId: null,
  wants: ['SMART_ID', 'LIBRARY_CARD'],
  applicant: {
    englishName: 'FOK, MAN',
    chineseName: '霍敏𨱏',
    identityNumber: 'Z683365(A)',
    birthCertificateNumber: null,
    dateOfBirth: '2012-02-29',
    smartIdDateOfIssue: '2024-01-02',
    address: '<Flat 07> & 1 號',
    addressProofShown: true,
    telephone: '00200077',
    email: null,
  },
  guarantor: { name: 'FOK, WAI', telephone: null, signedOn: '2026-11-20', allowsSmartId: true },
};
/** Counts the change as made (1) if the card fulfils the condition, else as not made (0). */
const timesThat =
  (number: string, is: (card: Credential) => boolean): Change<CardManagement>['times'] =>
  async (port) => {
    const card = await cardOf(port, number);
    return card !== null && is(card) ? 1 : 0;
  };

/** The changes whose effect can be read. `verifyPin` and `changePin` have tests of their own below. */
const changes: readonly Change<CardManagement>[] = [
  {
    name: 'submitApplication',
    ask: (port, signal) => port.submitApplication('ref-1', application, signal),
    times: async (port) =>
      (await port.listApplications(anyApplication, { first: 9, after: null }, anySignal())).totalCount - 2,
  },
  {
    name: 'decideApplication',
    ask: (port, signal) =>
      port.decideApplication('A0000001', { approve: true, patronId: 'P0000004', decidedBy: 's' }, signal),
    times: async (port) =>
      (
        await port.listApplications(
          { ...anyApplication, status: 'APPROVED' },
          { first: 9, after: null },
          anySignal(),
        )
      ).totalCount,
  },
  {
    name: 'issueCard',
    ask: (port, signal) => port.issueCard('ref-1', libraryFor('P0000015'), signal),
    async times(port) {
      const [cards = []] = await port.cardsByPatron(['P0000015'], anySignal());
      return cards.length - 1;
    },
  },
  {
    name: 'reportLoss',
    ask: (port, signal) => port.reportLoss('ref-1', smart, 'CONTINUE', signal),
    times: async (port) =>
      (await port.listLossReports({ first: 9, after: null }, anySignal())).totalCount - 3,
  },
  {
    name: 'replaceCard',
    ask: (port, signal) => port.replaceCard('ref-1', library, null, signal),
    async times(port) {
      const [cards = []] = await port.cardsByPatron(['P0000001'], anySignal());
      return cards.length - 2;
    },
  },
  {
    name: 'closeCard',
    ask: (port, signal) => port.closeCard('ref-1', library, 'SURRENDERED', signal),
    times: timesThat(library, ({ state }) => state === 'SURRENDERED'),
  },
  {
    name: 'printInformationCard',
    ask: (port, signal) => port.printInformationCard('ref-1', smart, signal),
    times: timesThat(smart, ({ informationCardPrintedOn }) => informationCardPrintedOn === '2026-11-25'),
  },
];

export function cardChangesContract(open: Opening<CardManagement>): void {
  changeContract(open, changes, ['FOK', 'Z683365', '2185200', 'P0000', 'ref-1']);
  describe('a reference', () => referenceContract(open));
  describe('submitApplication and decideApplication', () => applicationContract(open));
  cardContract(open);
  describe('a PIN', () => pinContract(open));
}

function referenceContract(open: Opening<CardManagement>): void {
  test('used again gives the first answer and does nothing, for 30 days; leading zeros are part of it', async () => {
    await using subject = await open();
    const submit = (reference: string) => subject.port.submitApplication(reference, application, anySignal());
    const first = await submit('0012');
    await expect(submit('0012')).resolves.toEqual(first);
    await subject.port.decideApplication(
      'A0000003',
      { approve: false, reason: 'x', decidedBy: 's' },
      anySignal(),
    );
    subject.pass(30 * dayMs);
    await expect(submit('0012')).resolves.toEqual(first);
    await expect(submit('12')).resolves.toMatchObject({ application: { id: 'A0000004' } });
    subject.pass(minuteMs);
    await expect(submit('0012')).resolves.toMatchObject({ application: { id: 'A0000005' } });
  });

  test('used again after a lost answer returns what was done', async () => {
    await using subject = await open();
    const replace = () => subject.port.replaceCard('r', library, null, anySignal());
    subject.befall('answer lost');
    await expectUpstream(replace(), 'outcome-unknown');
    const again = await replace();
    const [cards = []] = await subject.port.cardsByPatron(['P0000001'], anySignal());
    expect(cards).toHaveLength(3);
    expect(cards).toContainEqual('credential' in again ? again.credential : null);
  });

  test('that was used for another operation is refused as existing', async () => {
    await using subject = await open();
    await subject.port.submitApplication('r', application, anySignal());
    const other = subject.port.closeCard('r', library, 'CLOSED', anySignal());
    await expect(other).resolves.toEqual({ refused: 'ALREADY_EXISTS' });
  });

  test('of a refused change can be used again', async () => {
    await using subject = await open();
    const close = (number: string) => subject.port.closeCard('r', number, 'CLOSED', anySignal());
    await expect(close('21852000000132')).resolves.toEqual({ refused: 'WRONG_STATE' });
    await expect(close(library)).resolves.toMatchObject({ credential: { state: 'CLOSED' } });
  });

  test.each<[string, (port: CardManagement) => Promise<unknown>]>([
    ['submitApplication', (port) => port.submitApplication('', application, anySignal())],
    ['issueCard', (port) => port.issueCard('', libraryFor('P0000015'), anySignal())],
    ['reportLoss', (port) => port.reportLoss('', library, null, anySignal())],
    ['replaceCard', (port) => port.replaceCard('', library, null, anySignal())],
    ['closeCard', (port) => port.closeCard('', library, 'CLOSED', anySignal())],
    ['printInformationCard', (port) => port.printInformationCard('', smart, anySignal())],
    ['changePin', (port) => port.changePin('', library, '1', anySignal())],
  ])('that is empty is the caller’s error: %s', async (_name, ask) => {
    await using subject = await open();
    await expect(ask(subject.port)).rejects.toThrow(RangeError);
  });
}

function applicationContract(open: Opening<CardManagement>): void {
  test('an application is received and read as it was submitted', async () => {
    await using subject = await open();
    const submitted = await subject.port.submitApplication('r', application, anySignal());
    const received = {
      ...application,
      id: 'A0000003',
      status: 'RECEIVED',
      submittedAt: '2026-11-25T01:30:00+08:00',
      decidedAt: null,
      decidedBy: null,
      reason: null,
    };
    expect(submitted).toEqual({ application: received });
    await expect(subject.port.applicationsById(['A0000003'], anySignal())).resolves.toEqual([received]);
  });

  test('is decided once', async () => {
    await using subject = await open();
    const decide = (id: string, approve: boolean) =>
      subject.port.decideApplication(
        id,
        approve
          ? { approve, patronId: 'P0000018', decidedBy: 'staff-01' }
          : { approve, reason: 'ADDRESS_PROOF_NEEDED', decidedBy: 'staff-01' },
        anySignal(),
      );
    await subject.port.submitApplication('r', application, anySignal());
    const decided = { decidedAt: '2026-11-25T01:30:00+08:00', decidedBy: 'staff-01' };
    await expect(decide('A0000003', true)).resolves.toMatchObject({
      application: { id: 'A0000003', status: 'APPROVED', patronId: 'P0000018', ...decided, reason: null },
    });
    await expect(decide('A0000003', false)).resolves.toEqual({ refused: 'WRONG_STATE' });
    await expect(subject.port.applicationsById(['A0000003'], anySignal())).resolves.toMatchObject([
      { status: 'APPROVED', patronId: 'P0000018', ...decided },
    ]);
    await expect(decide('A0000001', false)).resolves.toMatchObject({
      application: { status: 'REJECTED', patronId: 'P0000004', reason: 'ADDRESS_PROOF_NEEDED' },
    });
    for (const id of ['A9999999', '']) {
      await expect(decide(id, true)).resolves.toEqual({ refused: 'NOT_FOUND' });
    }
  });

  test('that is rejected with the reason of a withdrawal is withdrawn', async () => {
    await using subject = await open();
    const { port } = subject;
    const withdrawal = { approve: false, reason: withdrawnByApplicant, decidedBy: 'P0000004' } as const;
    const withdrawn = { id: 'A0000001', status: 'WITHDRAWN', reason: withdrawnByApplicant };
    await expect(port.decideApplication('A0000001', withdrawal, anySignal())).resolves.toMatchObject({
      application: withdrawn,
    });
    await expect(port.applicationsById(['A0000001'], anySignal())).resolves.toMatchObject([withdrawn]);
  });

  test.each<[string, Partial<NewApplication>]>([
    ['nothing wanted', { wants: [] }],
    ['three cards wanted', { wants: ['SMART_ID', 'SMART_ID', 'LIBRARY_CARD'] }],
    ['a day that there is not', { applicant: { ...application.applicant, dateOfBirth: '2011-02-29' } }],
    ['a name that no text is', { applicant: { ...application.applicant, englishName: '\u0000' } }],
  ])('refuses one with %s', async (_what, wrong) => {
    await using subject = await open();
    const refused = await subject.port.submitApplication('r', { ...application, ...wrong }, anySignal());
    expect(refused).toEqual({ refused: 'INVALID' });
  });
}
