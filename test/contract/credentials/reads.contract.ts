import { describe, expect, test } from 'vitest';
import type {
  Application,
  CardManagement,
  Credential,
  Page,
  PageRequest,
} from '../../../adapters/credentials/port.ts';
import { anyApplication } from '../../support/ports.ts';
import { anySignal, expectUpstream, type Opening } from '../port-under-test.ts';

const libraryCard: Credential = {
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
};
const smartId: Credential = {
  ...libraryCard,
  libraryCardNumber: '21852000000025',
  kind: 'SMART_ID',
  issuedOn: '2019-03-11',
  identityNumber: 'A123456(3)',
  dateOfIssue: '2019-02-20',
  informationCardPrintedOn: '2019-03-11',
};
const refused: Application = {
  id: 'A0000002',
  status: 'REJECTED',
  channel: 'COUNTER',
  wants: ['SMART_ID'],
  patronId: 'P0000006',
  applicant: {
    englishName: 'YIP, HOI CHING',
    chineseName: '葉凱晴',
    identityNumber: 'F112233(5)',
    birthCertificateNumber: null,
    dateOfBirth: '2011-04-22',
    smartIdDateOfIssue: '2022-05-01',
    address: null,
    addressProofShown: false,
    telephone: '20000006',
    email: null,
  },
  guarantor: { name: 'YIP, KWOK WAH', telephone: '20009999', signedOn: '2026-10-10', allowsSmartId: false },
  submittedAt: '2026-10-10T14:00:00+08:00',
  decidedAt: '2026-10-11T09:00:00+08:00',
  decidedBy: 'staff-hkcl',
  reason: 'GUARANTOR_REFUSED',
};

export function cardManagementContract(open: Opening<CardManagement>): void {
  describe('cardsByPatron', () => {
    test('answers in the order of the request, repeats included, empty for an unknown patron or one without cards', async () => {
      await using subject = await open();
      const asked = ['P0000017', 'P9999999', 'P0000001', 'nonsense', '\u0000', 'P0000001'];
      const found = await subject.port.cardsByPatron(asked, anySignal());
      expect(found.map((cards) => cards.map(({ patronId }) => patronId))).toEqual([
        ['P0000017', 'P0000017'],
        [],
        ['P0000001', 'P0000001'],
        [],
        [],
        ['P0000001', 'P0000001'],
      ]);
      expect(found[2]).toEqual(expect.arrayContaining([libraryCard, smartId]));
    });

    test('takes any number, also none', async () => {
      await using subject = await open();
      const asked = Array.from({ length: 130 }, (_, index) => `P${String(index).padStart(7, '0')}`);
      const found = await subject.port.cardsByPatron(asked, anySignal());
      expect(found.map((cards) => cards.length).reduce((sum, count) => sum + count)).toBe(25);
      await expect(subject.port.cardsByPatron([], anySignal())).resolves.toEqual([]);
    });
  });

  describe('cardsByNumber', () => {
    test('answers in the order of the request, repeats included, null for an unknown or invalid number', async () => {
      await using subject = await open();
      const asked = ['21852000000025', '21852999999990', '1', '21852000000017', 'x y', '21852000000025'];
      await expect(subject.port.cardsByNumber(asked, anySignal())).resolves.toEqual([
        smartId,
        null,
        null,
        libraryCard,
        null,
        smartId,
      ]);
    });

    test('translates every state', async () => {
      await using subject = await open();
      const found = await subject.port.cardsByNumber(
        ['21852000000116', '21852000000124', '21852000000132', '21852000000231'],
        anySignal(),
      );
      expect(found.map((card) => [card?.state, card?.closedOn, card?.onReplacement])).toEqual([
        ['LOST', null, 'CONTINUE'],
        ['CLOSED', '2026-10-01', 'DISCONTINUE'],
        ['SURRENDERED', '2026-11-01', null],
        ['CLOSED', '2026-09-09', null],
      ]);
    });

    test('takes any number, also none', async () => {
      await using subject = await open();
      const asked = Array.from({ length: 130 }, (_, index) => `218520000${String(index).padStart(5, '0')}`);
      const found = await subject.port.cardsByNumber(asked, anySignal());
      expect(found).toHaveLength(130);
      expect(found[17]).toEqual(libraryCard);
      await expect(subject.port.cardsByNumber([], anySignal())).resolves.toEqual([]);
    });
  });

  describe('findSmartId (R18)', () => {
    test.each([
      ['in use', 'A123456(3)', '2019-02-20', '21852000000025'],
      ['the replacement of one that is to be continued', 'K778899(1)', '2026-11-12', '21852000000116'],
      ['the lost one itself', 'K778899(1)', '2018-02-01', null],
      ['one whose service was discontinued', 'M300300(6)', '2026-11-12', null],
      ['with another date', 'A123456(3)', '2019-02-21', null],
      ['with a date that is none', 'A123456(3)', '2019-02-30', null],
      ['unknown', 'A111111(9)', '2019-02-20', null],
      ['with a number that is no text', 'A\u0000', '2019-02-20', null],
    ])('%s', async (_what, identityNumber, dateOfIssue, number) => {
      await using subject = await open();
      const found = await subject.port.findSmartId({ identityNumber, dateOfIssue }, anySignal());
      expect(found?.libraryCardNumber ?? null).toBe(number);
    });

    test('returns the stored card, unchanged', async () => {
      await using subject = await open();
      const found = await subject.port.findSmartId(
        { identityNumber: 'K778899(1)', dateOfIssue: '2026-11-12' },
        anySignal(),
      );
      expect(found).toMatchObject({ state: 'LOST', dateOfIssue: '2018-02-01' });
      await expect(subject.port.cardsByNumber(['21852000000116'], anySignal())).resolves.toEqual([found]);
    });
  });

  describe('applicationsById', () => {
    test('answers in the order of the request, repeats included, null for what is unknown', async () => {
      await using subject = await open();
      const asked = ['A0000002', 'A9999999', '', 'A\u0000', 'A0000001', 'A0000002'];
      const found = await subject.port.applicationsById(asked, anySignal());
      expect(found).toEqual([
        refused,
        null,
        null,
        null,
        expect.objectContaining({ id: 'A0000001' }),
        refused,
      ]);
      expect(found[4]).toMatchObject({
        status: 'RECEIVED',
        channel: 'INTERNET',
        guarantor: null,
        decidedAt: null,
      });
    });

    test('takes any number, also none', async () => {
      await using subject = await open();
      const asked = Array.from({ length: 60 }, (_, index) => `A${String(index).padStart(7, '0')}`);
      const found = await subject.port.applicationsById(asked, anySignal());
      expect(found.filter((one) => one !== null)).toHaveLength(2);
      await expect(subject.port.applicationsById([], anySignal())).resolves.toEqual([]);
    });
  });

  const lists: readonly [
    string,
    string[],
    (port: CardManagement, page: PageRequest) => Promise<Page<{ readonly id: string } | string>>,
  ][] = [
    [
      'listApplications',
      ['A0000001', 'A0000002'],
      (port, page) => port.listApplications(anyApplication, page, anySignal()),
    ],
    [
      'listLossReports',
      ['R0000001', 'R0000002', 'R0000003'],
      (port, page) => port.listLossReports(page, anySignal()),
    ],
    ['applicationIds', ['A0000001', 'A0000002'], (port, page) => port.applicationIds(page, anySignal())],
    [
      'lossReportIds',
      ['R0000001', 'R0000002', 'R0000003'],
      (port, page) => port.lossReportIds(page, anySignal()),
    ],
  ];
  describe.each(lists)('%s', (_name, all, list) => {
    test.each([1, 2, 3, 100])('by pages of %i lists all once, in order', async (first) => {
      await using subject = await open();
      const seen: string[] = [];
      let after: string | null = null;
      for (let hasNextPage = true; hasNextPage; ) {
        const page = await list(subject.port, { first, after });
        seen.push(...page.rows.map((row) => (typeof row === 'string' ? row : row.id)));
        expect([page.totalCount, page.hasNextPage]).toEqual([all.length, seen.length < all.length]);
        ({ hasNextPage } = page);
        after = seen.at(-1) ?? null;
      }
      expect(seen).toEqual(all);
    });

    test('after invalid text there is nothing', async () => {
      await using subject = await open();
      await expect(list(subject.port, { first: 5, after: '\u0000' })).resolves.toEqual({
        rows: [],
        totalCount: all.length,
        hasNextPage: false,
      });
    });

    test.each([0, 101, 1.5])('a page of %d is the caller’s error', async (first) => {
      await using subject = await open();
      await expect(list(subject.port, { first, after: null })).rejects.toThrow(RangeError);
    });
  });

  test.each([
    [{ status: 'REJECTED' }, ['A0000002']],
    [{ status: 'WITHDRAWN' }, []],
    [{ patronId: 'P0000004' }, ['A0000001']],
    [{ patronId: 'P0000004', status: 'REJECTED' }, []],
    [{ patronId: 'nobody' }, []],
  ] as const)('listApplications with %j', async (filter, expected) => {
    await using subject = await open();
    const page = await subject.port.listApplications(
      { ...anyApplication, ...filter },
      { first: 10, after: null },
      anySignal(),
    );
    expect(page.rows.map(({ id }) => id)).toEqual(expected);
    expect([page.totalCount, page.hasNextPage]).toEqual([expected.length, false]);
  });

  const presented = { identityNumber: 'A123456(3)', dateOfIssue: '2019-02-20' };
  const calls: readonly [string, (port: CardManagement, signal: AbortSignal) => Promise<unknown>][] = [
    ['cardsByPatron', (port, signal) => port.cardsByPatron(['P0000001'], signal)],
    ['cardsByNumber', (port, signal) => port.cardsByNumber(['21852000000017'], signal)],
    ['findSmartId', (port, signal) => port.findSmartId(presented, signal)],
    ['applicationsById', (port, signal) => port.applicationsById(['A0000001'], signal)],
    [
      'listApplications',
      (port, signal) => port.listApplications(anyApplication, { first: 1, after: null }, signal),
    ],
    ['listLossReports', (port, signal) => port.listLossReports({ first: 1, after: null }, signal)],
    ['applicationIds', (port, signal) => port.applicationIds({ first: 1, after: null }, signal)],
    ['lossReportIds', (port, signal) => port.lossReportIds({ first: 1, after: null }, signal)],
    ['ping', (port, signal) => port.ping(signal)],
  ];
  describe.each(calls)('%s', (_name, call) => {
    test('rejects with an UpstreamError while the system is down, and works once it is back', async () => {
      await using subject = await open();
      await subject.stop();
      await expectUpstream(call(subject.port, anySignal()), 'unreachable', [
        'P0000001',
        'A123456',
        '2185200',
      ]);
      await subject.start();
      await call(subject.port, anySignal());
    });

    test('gives up when its signal aborts, before or during the call', async () => {
      await using subject = await open();
      await expectUpstream(call(subject.port, AbortSignal.abort()), 'cancelled');
      const leaving = new AbortController();
      const left = call(subject.port, leaving.signal);
      leaving.abort();
      await expectUpstream(left, 'cancelled');
    });
  });
}
