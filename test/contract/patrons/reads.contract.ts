import { describe, expect, test } from 'vitest';
import type { Patron, PatronCriteria, PatronRegistry } from '../../../adapters/patrons/port.ts';
import { anyPatron } from '../../support/ports.ts';
import { anySignal, expectUpstream, type Opening } from '../port-under-test.ts';

const chan: Patron = {
  number: 'P0000001',
  englishName: 'CHAN, TAI MAN',
  chineseName: '陳大文',
  identityDocuments: [{ kind: 'HKID', number: 'A123456(3)' }],
  dateOfBirth: '1970-02-03',
  addressLines: ['Flat 1, Block A', '1 Library Road', 'Hong Kong'],
  addressProven: true,
  telephone: '20000001',
  email: 'p1@patrons.example',
  guarantor: null,
  status: 'ACTIVE',
  registeredOn: '2010-04-01',
  version: expect.any(String),
};
const everyone = Array.from({ length: 18 }, (_, index) => `P${String(index + 1).padStart(7, '0')}`);

export function patronRegistryContract(open: Opening<PatronRegistry>): void {
  describe('findMany', () => {
    test('answers in the order of the request, repeats included, null for an unknown or invalid number', async () => {
      await using subject = await open();
      const asked = ['P0000018', 'P9999999', 'P0000001', 'nonsense', '', 'P0000018', 'P0000001\n'];
      const found = await subject.port.findMany(asked, anySignal());
      expect(found.map((patron) => patron?.number ?? null)).toEqual([
        'P0000018',
        null,
        'P0000001',
        null,
        null,
        'P0000018',
        null,
      ]);
    });

    test('takes any number, also none', async () => {
      await using subject = await open();
      const asked = Array.from({ length: 237 }, (_, index) => `P${String(index).padStart(7, '0')}`);
      const found = await subject.port.findMany(asked, anySignal());
      expect(found).toHaveLength(237);
      expect(found.filter((patron) => patron !== null).map(({ number }) => number)).toEqual(everyone);
      await expect(subject.port.findMany([], anySignal())).resolves.toEqual([]);
    });

    test('translates a patron into the words of the port', async () => {
      await using subject = await open();
      const [grown, child, suspended, closed, named] = await subject.port.findMany(
        ['P0000001', 'P0000005', 'P0000013', 'P0000014', 'P0000018'],
        anySignal(),
      );
      expect(grown).toEqual(chan);
      expect(child).toMatchObject({
        identityDocuments: [{ kind: 'BIRTH_CERTIFICATE', number: 'S1234567' }],
        guarantor: { name: 'HO, CHI KEUNG', telephone: '20009999' },
        email: null,
      });
      expect([suspended?.status, closed?.status]).toEqual(['SUSPENDED', 'CLOSED']);
      expect(named?.chineseName).toBe('蕭𨱏');
    });
  });

  describe('findByDocument', () => {
    test('finds the patron registered with it', async () => {
      await using subject = await open();
      const find = (kind: 'HKID' | 'BIRTH_CERTIFICATE', number: string) =>
        subject.port.findByDocument({ kind, number }, anySignal());
      await expect(find('HKID', 'A123456(3)')).resolves.toEqual(chan);
      expect((await find('HKID', 'WX123450(A)'))?.number).toBe('P0000018');
      expect((await find('BIRTH_CERTIFICATE', 'S1234567'))?.number).toBe('P0000005');
    });

    test.each([
      ['HKID', 'A111111(9)'],
      ['HKID', 'A123456(4)'],
      ['HKID', 'S1234567'],
      ['HKID', ''],
      ['HKID', '\u0000'],
      ['BIRTH_CERTIFICATE', 'A123456(3)'],
      ['BIRTH_CERTIFICATE', 'S7654321'],
      ['BIRTH_CERTIFICATE', ''],
      ['BIRTH_CERTIFICATE', 'S\u0000'],
    ] as const)('%s %j is nobody', async (kind, number) => {
      await using subject = await open();
      await expect(subject.port.findByDocument({ kind, number }, anySignal())).resolves.toBeNull();
    });
  });

  describe('search', () => {
    const numbers = ({ patrons }: { readonly patrons: readonly Patron[] }) =>
      patrons.map(({ number }) => number);

    test.each([1, 5, 6, 9, 17, 18, 19, 100])(
      'by pages of %i tells everyone once, in order',
      async (first) => {
        await using subject = await open();
        const seen: string[] = [];
        let after: string | null = null;
        for (let hasNextPage = true; hasNextPage; ) {
          const page = await subject.port.search(anyPatron, { first, after }, anySignal());
          expect(page.patrons.length).toBeLessThanOrEqual(first);
          expect(page.totalCount).toBe(18);
          seen.push(...numbers(page));
          expect(page.hasNextPage).toBe(seen.length < 18);
          ({ hasNextPage } = page);
          after = seen.at(-1) ?? null;
        }
        expect(seen).toEqual(everyone);
      },
    );

    test.each<[Partial<PatronCriteria>, string[]]>([
      [{ name: 'chan' }, ['P0000001']],
      [{ name: '陳' }, ['P0000001']],
      [{ name: 'SIU' }, ['P0000002', 'P0000009', 'P0000018']],
      [{ name: 'SIU', telephone: '20000009' }, ['P0000009']],
      [{ telephone: '20000002' }, ['P0000002']],
      [{ status: 'SUSPENDED' }, ['P0000013']],
      [{ status: 'CLOSED' }, ['P0000014']],
      [{ status: 'CLOSED', name: 'chan' }, []],
      [{ name: '<![CDATA[]]>' }, []],
      [{ name: 'CHAN\u0000' }, []],
      [{ telephone: '\ud800' }, []],
    ])('%j', async (criteria, expected) => {
      await using subject = await open();
      const page = await subject.port.search(
        { ...anyPatron, ...criteria },
        { first: 10, after: null },
        anySignal(),
      );
      expect(numbers(page)).toEqual(expected);
      expect([page.totalCount, page.hasNextPage]).toEqual([expected.length, false]);
    });

    test.each(['P0000018', 'P9999999', 'no number', '\u0000'])('after %j there is nobody', async (after) => {
      await using subject = await open();
      const page = await subject.port.search(anyPatron, { first: 10, after }, anySignal());
      expect(page).toEqual({ patrons: [], totalCount: 18, hasNextPage: false });
    });

    test.each([0, 101, 1.5, Number.NaN])('a page of %d is the caller’s error', async (first) => {
      await using subject = await open();
      await expect(subject.port.search(anyPatron, { first, after: null }, anySignal())).rejects.toThrow(
        RangeError,
      );
    });
  });

  const calls: readonly [string, (port: PatronRegistry, signal: AbortSignal) => Promise<unknown>][] = [
    ['findMany', (port, signal) => port.findMany(['P0000001'], signal)],
    ['findByDocument', (port, signal) => port.findByDocument({ kind: 'HKID', number: 'A123456(3)' }, signal)],
    [
      'search',
      (port, signal) => port.search({ ...anyPatron, name: 'CHAN' }, { first: 1, after: null }, signal),
    ],
    ['ping', (port, signal) => port.ping(signal)],
  ];
  describe.each(calls)('%s', (_name, call) => {
    test('rejects with an UpstreamError while the registry is down, and works once it is back', async () => {
      await using subject = await open();
      await subject.stop();
      await expectUpstream(call(subject.port, anySignal()), 'unreachable', ['P0000001', 'A123456', 'CHAN']);
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
