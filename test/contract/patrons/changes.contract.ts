import { describe, expect, test } from 'vitest';
import type { ContactChanges, NewPatron, Patron, PatronRegistry } from '../../../adapters/patrons/port.ts';
import { recordVersion } from '../../../adapters/patrons/record-version.ts';
import type { Mishap } from '../../support/memory/faulty-connection.ts';
import { anyPatron } from '../../support/ports.ts';
import { changeContract } from '../changes.contract.ts';
import { anySignal, expectUpstream, type Opening } from '../port-under-test.ts';

const fok: NewPatron = {
  englishName: 'FOK, MAN',
  chineseName: '霍敏𨱏',
  identityNumber: 'Z683365(A)',
  birthCertificateNumber: 'S0000042',
  dateOfBirth: '2012-02-29',
  addressLines: ['Flat 07', '<1 & 2> Library Road'],
  addressProven: false,
  telephone: '00200077',
  email: 'fok@patrons.example',
  guarantor: { name: 'FOK, WAI', telephone: null },
};
const moved: ContactChanges = { telephone: '00123456', addressLines: ['九龍 1 號', '0012'] };

async function patronOf(port: PatronRegistry, number: string): Promise<Patron> {
  const [patron] = await port.findMany([number], anySignal());
  if (patron == null) {
    throw new Error(`${number} is not in the seed`);
  }
  return patron;
}

async function amend(port: PatronRegistry, number: string, changes: ContactChanges, signal = anySignal()) {
  const { version } = await patronOf(port, number);
  return await port.amendContact(number, version, changes, signal);
}

async function holderOf(port: PatronRegistry, number: string): Promise<string | null> {
  return (await port.findByDocument({ kind: 'HKID', number }, anySignal()))?.number ?? null;
}

/** The version of P0000001 in the seed. It is a constant because the registry may be down when a test needs it. */
const seedVersion = recordVersion('P0000001', '20250101090000');

export function patronChangesContract(open: Opening<PatronRegistry>): void {
  changeContract<PatronRegistry>(
    open,
    [
      {
        name: 'register',
        ask: (port, signal) => port.register(fok, signal),
        times: async (port) =>
          (await port.search({ ...anyPatron, name: 'FOK, MAN' }, { first: 5, after: null }, anySignal()))
            .totalCount,
      },
      {
        name: 'amendContact',
        ask: (port, signal) => port.amendContact('P0000001', seedVersion, moved, signal),
        times: async (port) => ((await patronOf(port, 'P0000001')).telephone === moved.telephone ? 1 : 0),
      },
      {
        name: 'amendPatron',
        ask: (port, signal) => port.amendPatron('P0000001', seedVersion, { chineseName: '陳大敏' }, signal),
        times: async (port) => ((await patronOf(port, 'P0000001')).chineseName === '陳大敏' ? 1 : 0),
      },
      {
        name: 'addIdentityNumber',
        ask: (port, signal) => port.addIdentityNumber('P0000005', 'Z683365(A)', signal),
        times: async (port) => ((await holderOf(port, 'Z683365(A)')) === 'P0000005' ? 1 : 0),
      },
    ],
    ['FOK', '霍敏', 'Z683365', 'P0000001', '00123456', '20250101090000', seedVersion],
  );

  describe('register', () => {
    test('returns the new record, with leading zeros and all characters unchanged', async () => {
      await using subject = await open();
      const registered = await subject.port.register(fok, anySignal());
      const { identityNumber, birthCertificateNumber, ...details } = fok;
      expect(registered).toEqual({
        patron: {
          ...details,
          number: 'P0000019',
          identityDocuments: [
            { kind: 'HKID', number: identityNumber },
            { kind: 'BIRTH_CERTIFICATE', number: birthCertificateNumber },
          ],
          status: 'ACTIVE',
          registeredOn: '2026-11-25',
          version: expect.any(String),
        },
      });
      const found = await subject.port.findMany(['P0000019'], anySignal());
      expect(found).toEqual('patron' in registered ? [registered.patron] : []);
      const byCertificate = { kind: 'BIRTH_CERTIFICATE', number: birthCertificateNumber ?? '' } as const;
      expect((await subject.port.findByDocument(byCertificate, anySignal()))?.number).toBe('P0000019');
    });

    test('takes a patron who has only the required fields', async () => {
      await using subject = await open();
      const least = {
        ...fok,
        chineseName: null,
        identityNumber: null,
        telephone: null,
        email: '',
        guarantor: null,
      };
      const registered = await subject.port.register({ ...least, addressLines: [] }, anySignal());
      expect(registered).toMatchObject({
        patron: {
          chineseName: null,
          identityDocuments: [{ kind: 'BIRTH_CERTIFICATE', number: 'S0000042' }],
          addressLines: [],
          telephone: null,
          email: null,
          guarantor: null,
        },
      });
    });

    test.each<[string, Partial<NewPatron>]>([
      ['identity number', { identityNumber: 'A123456(3)' }],
      ['birth certificate', { birthCertificateNumber: 'S1234567' }],
    ])('refuses a second patron of one %s (R7)', async (_what, other) => {
      await using subject = await open();
      const refused = await subject.port.register({ ...fok, ...other }, anySignal());
      expect(refused).toEqual({ refused: 'ALREADY_REGISTERED' });
    });

    test('repeated after a lost answer is safe: the document is registered', async () => {
      await using subject = await open();
      subject.befall('answer lost');
      await subject.port.register(fok, anySignal()).catch(() => null);
      await expect(subject.port.register(fok, anySignal())).resolves.toEqual({
        refused: 'ALREADY_REGISTERED',
      });
    });

    test.each<[Mishap, string | null]>([
      ['request lost', null],
      ['answer lost', 'P0000019'],
    ])('%s: the document tells whether it was done', async (mishap, number) => {
      await using subject = await open();
      subject.befall(mishap);
      await expectUpstream(subject.port.register(fok, anySignal()), 'outcome-unknown');
      const document = { kind: 'HKID', number: 'Z683365(A)' } as const;
      const found = await subject.port.findByDocument(document, anySignal());
      expect(found?.number ?? null).toBe(number);
    });

    test('of two concurrent calls for one document registers one', async () => {
      await using subject = await open();
      const both = await Promise.all([1, 2].map(() => subject.port.register(fok, anySignal())));
      expect(both.filter((outcome) => 'patron' in outcome)).toHaveLength(1);
      expect(both).toContainEqual({ refused: 'ALREADY_REGISTERED' });
    });

    test.each<[string, Partial<NewPatron>]>([
      ['no document', { identityNumber: null, birthCertificateNumber: null }],
      ['empty documents', { identityNumber: '', birthCertificateNumber: '' }],
      ['a wrong check digit (R8)', { identityNumber: 'Z683365(1)' }],
      ['a name in lower case', { englishName: 'Fok, Man' }],
      ['no name', { englishName: ' ' }],
      ["a guarantor's name in lower case", { guarantor: { name: 'Fok, Wai', telephone: null } }],
      ['a day that there is not', { dateOfBirth: '2011-02-29' }],
      ['a day in another form', { dateOfBirth: '20110228' }],
      ['five lines of address', { addressLines: ['1', '2', '3', '4', '5'] }],
      ['a name that no text is', { chineseName: 'A\u0000' }],
    ])('refuses %s', async (_what, wrong) => {
      await using subject = await open();
      await expect(subject.port.register({ ...fok, ...wrong }, anySignal())).resolves.toEqual({
        refused: 'INVALID',
      });
      await expect(
        subject.port.search(anyPatron, { first: 1, after: null }, anySignal()),
      ).resolves.toMatchObject({
        totalCount: 18,
      });
    });
  });

  describe('amendContact', () => {
    test('changes what is given, keeps everything else, and raises the version', async () => {
      await using subject = await open();
      const before = await patronOf(subject.port, 'P0000005');
      const amended = await amend(subject.port, 'P0000005', moved);
      expect(amended).toEqual({ patron: { ...before, ...moved, version: expect.any(String) } });
      const after = await patronOf(subject.port, 'P0000005');
      expect(amended).toEqual({ patron: after });
      expect(after.version).not.toBe(before.version);
    });

    test.each<[string, ContactChanges, Partial<Patron>]>([
      ['nothing', {}, {}],
      ['the proof of address', { addressProven: false }, { addressProven: false }],
      ['the telephone, cleared', { telephone: null }, { telephone: null }],
      ['the telephone, emptied', { telephone: '' }, { telephone: null }],
      ['the e-mail', { email: 'ü@patrons.example' }, { email: 'ü@patrons.example' }],
      ['the address, cleared', { addressLines: [] }, { addressLines: [] }],
    ])('of %s', async (_what, changes, expected) => {
      await using subject = await open();
      const { version, ...before } = await patronOf(subject.port, 'P0000001');
      await amend(subject.port, 'P0000001', changes);
      const after = await patronOf(subject.port, 'P0000001');
      expect(after).toEqual({ ...before, ...expected, version: expect.any(String) });
      expect(after.version).not.toBe(version);
    });

    test('wipes neither of two documents, nor fields that the port does not have', async () => {
      await using subject = await open();
      await subject.port.register(fok, anySignal());
      await amend(subject.port, 'P0000019', { email: null });
      for (const document of [
        { kind: 'HKID', number: 'Z683365(A)' },
        { kind: 'BIRTH_CERTIFICATE', number: 'S0000042' },
      ] as const) {
        const found = await subject.port.findByDocument(document, anySignal());
        expect(found).toMatchObject({
          number: 'P0000019',
          chineseName: '霍敏𨱏',
          guarantor: { name: 'FOK, WAI' },
        });
      }
    });

    test('of a suspended patron leaves them suspended', async () => {
      await using subject = await open();
      await expect(amend(subject.port, 'P0000013', moved)).resolves.toMatchObject({
        patron: { status: 'SUSPENDED' },
      });
    });

    test.each<[Mishap, boolean]>([
      ['request lost', false],
      ['answer lost', true],
    ])('%s: the version tells whether it was done: %s', async (mishap, isDone) => {
      await using subject = await open();
      const { version } = await patronOf(subject.port, 'P0000001');
      subject.befall(mishap);
      await expectUpstream(
        subject.port.amendContact('P0000001', version, moved, anySignal()),
        'outcome-unknown',
      );
      expect((await patronOf(subject.port, 'P0000001')).version !== version).toBe(isDone);
    });

    test('of two concurrent ones makes one, and refuses the other with a version conflict', async () => {
      await using subject = await open();
      const { version } = await patronOf(subject.port, 'P0000001');
      const both = await Promise.all(
        ['1', '2'].map((telephone) =>
          subject.port.amendContact('P0000001', version, { telephone }, anySignal()),
        ),
      );
      expect(both.filter((outcome) => 'patron' in outcome)).toHaveLength(1);
      expect(both).toContainEqual({ refused: 'VERSION_CONFLICT' });
    });

    test('twice in a second raises the version twice', async () => {
      await using subject = await open();
      const versions = new Set([(await patronOf(subject.port, 'P0000001')).version]);
      for (const telephone of ['1', '2', '3']) {
        const amended = await amend(subject.port, 'P0000001', { telephone });
        versions.add('patron' in amended ? amended.patron.version : 'refused');
      }
      expect(versions.size).toBe(4);
    });

    test.each(['20250101090000', '20250101090001', '', 'x\u0000'])(
      'of version %j is of another',
      async (version) => {
        await using subject = await open();
        const outcome = await subject.port.amendContact('P0000001', version, moved, anySignal());
        expect(outcome).toEqual({ refused: 'VERSION_CONFLICT' });
      },
    );

    test.each(['P9999999', 'nobody', ''])('of %j finds nobody', async (number) => {
      await using subject = await open();
      const outcome = await subject.port.amendContact(number, '20250101090000', moved, anySignal());
      expect(outcome).toEqual({ refused: 'NOT_FOUND' });
    });

    test.each<[string, ContactChanges]>([
      ['five lines of address', { addressLines: ['1', '2', '3', '4', '5'] }],
      ['a line that no text is', { addressLines: ['\ud800'] }],
      ['an e-mail that no text is', { email: '\u0001' }],
    ])('refuses %s', async (_what, changes) => {
      await using subject = await open();
      const before = await patronOf(subject.port, 'P0000001');
      await expect(amend(subject.port, 'P0000001', changes)).resolves.toEqual({ refused: 'INVALID' });
      await expect(patronOf(subject.port, 'P0000001')).resolves.toEqual(before);
    });
  });

  describe('addIdentityNumber (R7)', () => {
    const identityNumber = 'Z683365(A)';
    const add = (port: PatronRegistry, number: string, added = identityNumber) =>
      port.addIdentityNumber(number, added, anySignal());

    test('keeps everything else in the record, also the birth certificate, and raises the version', async () => {
      await using subject = await open();
      const before = await patronOf(subject.port, 'P0000005');
      const added = await add(subject.port, 'P0000005');
      const identityDocuments = [{ kind: 'HKID', number: identityNumber }, ...before.identityDocuments];
      expect(added).toEqual({ patron: { ...before, identityDocuments, version: expect.any(String) } });
      const after = await patronOf(subject.port, 'P0000005');
      expect(added).toEqual({ patron: after });
      expect(after.version).not.toBe(before.version);
      const byCertificate = { kind: 'BIRTH_CERTIFICATE', number: 'S1234567' } as const;
      expect(await subject.port.findByDocument(byCertificate, anySignal())).toEqual(after);
    });

    test.each<Mishap>(['request lost', 'answer lost'])('after %s it is safe to ask again', async (mishap) => {
      await using subject = await open();
      subject.befall(mishap);
      await expectUpstream(add(subject.port, 'P0000005'), 'outcome-unknown', [identityNumber]);
      await expect(add(subject.port, 'P0000005')).resolves.toHaveProperty('patron');
      const { version } = await patronOf(subject.port, 'P0000005');
      await expect(add(subject.port, 'P0000005')).resolves.toHaveProperty('patron.version', version);
    });

    test('never replaces another identity number', async () => {
      await using subject = await open();
      const before = await patronOf(subject.port, 'P0000004');
      await expect(add(subject.port, 'P0000004')).resolves.toEqual({ refused: 'HAS_ANOTHER' });
      await expect(patronOf(subject.port, 'P0000004')).resolves.toEqual(before);
    });

    test.each<[string, string, string, string]>([
      ['a number that somebody else has', 'P0000005', 'A123456(3)', 'ALREADY_REGISTERED'],
      ['a wrong check digit (R8)', 'P0000005', 'Z683365(1)', 'INVALID'],
      ['a patron whom nobody knows', 'P9999999', identityNumber, 'NOT_FOUND'],
      ['what is no patron number', 'nobody', identityNumber, 'NOT_FOUND'],
    ])('refuses %s', async (_what, number, added, refused) => {
      await using subject = await open();
      await expect(add(subject.port, number, added)).resolves.toEqual({ refused });
      const { identityDocuments } = await patronOf(subject.port, 'P0000005');
      expect(identityDocuments.map(({ kind }) => kind)).toEqual(['BIRTH_CERTIFICATE']);
    });

    test('of two concurrent patrons, one gets the number', async () => {
      await using subject = await open();
      const least = { ...fok, identityNumber: null, birthCertificateNumber: 'S0000043' };
      await subject.port.register(least, anySignal());
      const both = await Promise.all(['P0000005', 'P0000019'].map((number) => add(subject.port, number)));
      expect(both.filter((outcome) => 'patron' in outcome)).toHaveLength(1);
      expect(both).toContainEqual({ refused: 'ALREADY_REGISTERED' });
    });
  });
}
