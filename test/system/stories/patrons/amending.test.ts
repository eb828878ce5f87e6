import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { done, join, type Library, type Member, openLibrary, refusedWith } from '../library.ts';
import { guarantor, newIdentityNumber, stranger, yearsAgo } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

type Input = Readonly<Record<string, unknown>>;

const newMember = () => join(library, stranger(), ['LIBRARY_CARD']);

async function versionOf({ patronId }: Member): Promise<string> {
  const query = 'query ($id: ID!) { patron(id: $id) { version } }';
  return (await library.read<{ patron: { version: string } }>(query, { id: patronId })).patron.version;
}

async function amend(member: Member, input: Input, token = library.counter) {
  const { patronId } = member;
  const version = await versionOf(member);
  return await library.change('amendPatron', { patronId, version, ...input }, token);
}

const documentsOf = ({ patronId }: Member) =>
  library.read(
    'query ($id: ID!) { patron(id: $id) { identityDocuments { kind number } } }',
    { id: patronId },
    library.counter,
  );

const shelf = ['31852000000494', '31852000000502'] as const;

async function lendOne({ libraryCard }: Member): Promise<string> {
  for (const itemNumber of shelf) {
    const input = { credential: { libraryCardNumber: libraryCard }, itemNumber };
    const { operation } = await library.change('checkOut', input, library.counter);
    if (operation.state === 'DONE') {
      return itemNumber;
    }
  }
  throw new Error('nothing could be lent');
}

describe('amending who a patron is', () => {
  test('changes names and date of birth, and keeps what is absent', async () => {
    const member = await newMember();
    const { guarantor: _, ...told } = {
      guarantor: null,
      status: 'ACTIVE',
      name: { english: 'CHAN, SIU MING', chinese: '陳小明' },
      dateOfBirth: yearsAgo(30),
    };
    const input = { englishName: 'chan ,siu ming', chineseName: '陳小明', dateOfBirth: told.dateOfBirth };
    expect(await amend(member, input)).toMatchObject({ ...done, patron: told });
    expect(await amend(member, { chineseName: null })).toMatchObject({
      ...done,
      patron: { ...told, name: { english: 'CHAN, SIU MING', chinese: null } },
    });
  });

  test('R7: a document is added or replaced, and the patron is found by it', async () => {
    const member = await newMember();
    const identityNumber = newIdentityNumber();
    expect(await amend(member, { identityNumber, birthCertificateNumber: 's 765 4321' })).toMatchObject(done);
    expect(await documentsOf(member)).toEqual({
      patron: {
        identityDocuments: [
          { kind: 'HKID', number: identityNumber },
          { kind: 'BIRTH_CERTIFICATE', number: 'S7654321' },
        ],
      },
    });
  });

  test('R7, R8: a document of another patron, or with a wrong check digit, is refused', async () => {
    const member = await newMember();
    const other = await newMember();
    expect(await amend(member, { identityNumber: other.applicant.identityNumber })).toMatchObject({
      ...refusedWith('ALREADY_REGISTERED'),
      problems: [{ field: ['identityNumber'] }],
    });
    expect(await amend(member, { identityNumber: 'A123456(4)' })).toMatchObject({
      ...refusedWith('IDENTITY_NUMBER_INVALID'),
      problems: [{ field: ['identityNumber'] }],
    });
    expect(await amend(member, { identityNumber: null })).toMatchObject(refusedWith('INVALID'));
  });

  test('R27: a document takes identity:read besides', async () => {
    const member = await newMember();
    const token = await library.system.token({ subject: 'clerk', scope: 'patrons:read patrons:write' });
    const { patronId } = member;
    const version = await versionOf(member);
    const input = { patronId, version, identityNumber: newIdentityNumber() };
    const { body } = await library.send('amendPatron', input, token);
    expect(body.errors).toMatchObject([{ path: ['amendPatron'], extensions: { code: 'FORBIDDEN' } }]);
    expect(await amend(member, { chineseName: '文員' }, token)).toMatchObject(done);
  });

  test('the guarantor of a minor is changed, and not cleared', async () => {
    const young = stranger({ dateOfBirth: yearsAgo(15) });
    const member = await join(library, young, ['LIBRARY_CARD'], { guarantor: guarantor(false) });
    const other = { name: 'ho, man', telephone: '2111 0044' };
    expect(await amend(member, { guarantor: other })).toMatchObject({
      ...done,
      patron: { guarantor: { name: 'HO, MAN', telephone: '21110044' } },
    });
    expect(await amend(member, { guarantor: null })).toMatchObject({
      ...refusedWith('INVALID'),
      problems: [{ field: ['guarantor'] }],
    });
  });

  test('a change by another since it was read is VERSION_CONFLICT, and nothing is overwritten', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await versionOf(member);
    expect(await amend(member, { chineseName: '先' })).toMatchObject(done);
    const second = { patronId, version, chineseName: '後' };
    expect(await library.change('amendPatron', second, library.counter)).toMatchObject({
      ...refusedWith('VERSION_CONFLICT'),
      patron: null,
    });
    expect(await amend(member, {})).toMatchObject({ patron: { name: { chinese: '先' } } });
  });

  test('is done once where nothing is heard of it, and then told as done', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await versionOf(member);
    library.system.legacy.prs.faults.set([{ kind: 'reset-after', operations: ['AmendPatron'], times: 1 }]);
    const input = { reference: 'patron unheard', patronId, version, status: 'SUSPENDED' };
    const unheard = await library.change('amendPatron', input, library.counter);
    expect(unheard).toMatchObject({ operation: { state: 'UNSETTLED' }, patron: null, problems: [] });
    await library.untilDone('patron unheard', library.counter);
    expect(await library.change('amendPatron', input, library.counter)).toMatchObject({
      ...done,
      patron: { status: 'SUSPENDED' },
    });
  });

  test('NOT_FOUND: nobody has that number', async () => {
    const input = { patronId: 'P9999999', version: 'any', chineseName: null };
    expect(await library.change('amendPatron', input, library.counter)).toMatchObject(
      refusedWith('NOT_FOUND'),
    );
  });
});

describe('R15: the status', () => {
  test('suspends a patron, who borrows nothing, and opens the record again', async () => {
    const member = await newMember();
    expect(await amend(member, { status: 'SUSPENDED' })).toMatchObject({
      ...done,
      patron: { status: 'SUSPENDED' },
    });
    const input = { credential: { libraryCardNumber: member.libraryCard }, itemNumber: shelf[0] };
    expect(await library.change('checkOut', input, library.counter)).toMatchObject(
      refusedWith('PATRON_NOT_ACTIVE'),
    );
    expect(await amend(member, { status: 'ACTIVE' })).toMatchObject({
      ...done,
      patron: { status: 'ACTIVE' },
    });
  });

  test('R16: is not CLOSED while something is out, also on a card that has ended', async () => {
    const member = await newMember();
    const itemNumber = await lendOne(member);
    const ending = { libraryCardNumber: member.libraryCard };
    expect(await library.change('surrenderLibraryCard', ending, library.counter)).toMatchObject(done);
    expect(await amend(member, { status: 'CLOSED' })).toMatchObject({
      ...refusedWith('LOANS_OUT'),
      problems: [{ field: ['status'] }],
    });
    expect(await amend(member, { status: 'SUSPENDED' })).toMatchObject(done);
    expect(await library.change('checkIn', { itemNumber }, library.counter)).toMatchObject(done);
    expect(await amend(member, { status: 'CLOSED' })).toMatchObject({
      ...done,
      patron: { status: 'CLOSED' },
    });
  });

  test('R26: is not CLOSED while nobody can tell what is out', async () => {
    const member = await newMember();
    library.system.legacy.circ.faults.set([{ kind: 'busy', operations: ['GetLoans'] }]);
    try {
      expect(await amend(member, { status: 'CLOSED' })).toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
      expect(await amend(member, { status: 'SUSPENDED' })).toMatchObject(done);
    } finally {
      library.system.legacy.circ.faults.set([]);
    }
  });
});
