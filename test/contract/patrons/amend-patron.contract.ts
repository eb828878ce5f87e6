import { expect, test } from 'vitest';
import type { Patron, PatronChanges, PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { Mishap } from '../../support/memory/faulty-connection.ts';
import { anySignal, expectUpstream, type Opening } from '../port-under-test.ts';

async function patronOf(port: PatronRegistry, number: string): Promise<Patron> {
  const [patron] = await port.findMany([number], anySignal());
  if (patron == null) {
    throw new Error(`${number} is not in the seed`);
  }
  return patron;
}

async function amend(port: PatronRegistry, number: string, changes: PatronChanges) {
  const { version } = await patronOf(port, number);
  return await port.amendPatron(number, version, changes, anySignal());
}

const identityCard = { kind: 'HKID', number: 'Z683365(A)' } as const;
const certificate = { kind: 'BIRTH_CERTIFICATE', number: 'S1234567' } as const;

/** The contract of `PatronRegistry.amendPatron`. P0000005 is a child with a birth certificate and a guarantor. */
export function amendPatronContract(open: Opening<PatronRegistry>): void {
  test.each<[string, PatronChanges, Partial<Patron>]>([
    ['nothing', {}, {}],
    ['the English name', { englishName: 'LEE, MAN' }, { englishName: 'LEE, MAN' }],
    ['the Chinese name', { chineseName: '李𨱏' }, { chineseName: '李𨱏' }],
    ['the Chinese name, cleared', { chineseName: null }, { chineseName: null }],
    ['the date of birth', { dateOfBirth: '2016-02-29' }, { dateOfBirth: '2016-02-29' }],
    [
      'the identity card, beside the certificate',
      { identityNumber: identityCard.number },
      { identityDocuments: [identityCard, certificate] },
    ],
    [
      'the identity card, instead of the certificate',
      { identityNumber: identityCard.number, birthCertificateNumber: null },
      { identityDocuments: [identityCard] },
    ],
    [
      'the guarantor',
      { guarantor: { name: 'LEE, WAI', telephone: null } },
      { guarantor: { name: 'LEE, WAI', telephone: null } },
    ],
    ['the guarantor, cleared', { guarantor: null }, { guarantor: null }],
    ['the status', { status: 'SUSPENDED' }, { status: 'SUSPENDED' }],
  ])('changes %s, and keeps everything else', async (_what, changes, expected) => {
    await using subject = await open();
    const before = await patronOf(subject.port, 'P0000005');
    const amended = await amend(subject.port, 'P0000005', changes);
    const after = await patronOf(subject.port, 'P0000005');
    expect(amended).toEqual({ patron: after });
    expect(after).toEqual({ ...before, ...expected, version: expect.any(String) });
    expect(after.version).not.toBe(before.version);
  });

  test.each(['ACTIVE', 'SUSPENDED', 'CLOSED'] as const)('gives the status %s', async (status) => {
    await using subject = await open();
    await expect(amend(subject.port, 'P0000013', { status })).resolves.toMatchObject({ patron: { status } });
  });

  test.each<[string, PatronChanges, string]>([
    ['a document that another patron has (R7)', { identityNumber: 'A123456(3)' }, 'ALREADY_REGISTERED'],
    ['a wrong check digit (R8)', { identityNumber: 'Z683365(1)' }, 'INVALID'],
    ['no document that is left', { birthCertificateNumber: null }, 'INVALID'],
    ['a name in lower case', { englishName: 'Lee, Man' }, 'INVALID'],
    ['no name', { englishName: ' ' }, 'INVALID'],
    ["a guarantor's name in lower case", { guarantor: { name: 'Lee', telephone: null } }, 'INVALID'],
    ['a day that there is not', { dateOfBirth: '2015-02-29' }, 'INVALID'],
    ['a name that no text is', { chineseName: '\u0001' }, 'INVALID'],
  ])('refuses %s, and changes nothing', async (_what, changes, refused) => {
    await using subject = await open();
    const before = await patronOf(subject.port, 'P0000005');
    await expect(amend(subject.port, 'P0000005', changes)).resolves.toEqual({ refused });
    await expect(patronOf(subject.port, 'P0000005')).resolves.toEqual(before);
  });

  test.each([
    ['P0000001', '20250101090001', 'VERSION_CONFLICT'],
    ['P9999999', '20250101090000', 'NOT_FOUND'],
    ['nobody', '20250101090000', 'NOT_FOUND'],
  ])('of %s in version %s is %s', async (number, version, refused) => {
    await using subject = await open();
    const outcome = await subject.port.amendPatron(number, version, { status: 'SUSPENDED' }, anySignal());
    expect(outcome).toEqual({ refused });
  });

  test.each<[Mishap, boolean]>([
    ['request lost', false],
    ['answer lost', true],
  ])('%s: the version tells whether it was done: %s', async (mishap, isDone) => {
    await using subject = await open();
    const { version } = await patronOf(subject.port, 'P0000001');
    subject.befall(mishap);
    await expectUpstream(
      subject.port.amendPatron('P0000001', version, { status: 'SUSPENDED' }, anySignal()),
      'outcome-unknown',
    );
    expect((await patronOf(subject.port, 'P0000001')).version !== version).toBe(isDone);
  });
}
