import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { el, prs } from '../../../simulators/wire-client.ts';
import { done, join, type Library, type Member, openLibrary, refusedWith } from '../library.ts';
import { guarantor, stranger, yearsAgo } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

const newMember = () =>
  join(library, stranger({ telephone: '2111 0001', email: 'reader@patrons.example', chineseName: '崔盈' }), [
    'LIBRARY_CARD',
  ]);

const addressed = { addressLines: ['Flat 9, Block C', '2 Reading Road'], addressProven: true };

async function versionOf({ patronId }: Member): Promise<string> {
  const { patron } = await library.read<{ patron: { version: string } }>(
    'query ($id: ID!) { patron(id: $id) { version } }',
    { id: patronId },
  );
  return patron.version;
}

/** The registry's own record on the wire, without the fields that an amended telephone number changes. */
async function recordOf({ patronId }: Member): Promise<string> {
  const answer = await prs(library.system.legacy, 'GetPatrons', el('PATRON_NO', patronId));
  return answer.xml.replace(/<(LAST_UPD|TEL)>[^<]*<\/\1>/g, '<$1/>');
}

async function amend(
  member: Member,
  input: Readonly<Record<string, unknown>>,
  token: string = library.counter,
) {
  const { patronId } = member;
  const version = await versionOf(member);
  return await library.change('amendContact', { reader: { patronId }, version, ...input }, token);
}

describe('how a patron is reached', () => {
  test('an absent field is kept, and a null field is cleared', async () => {
    const member = await newMember();
    const reader = await library.reader(member.patronId);
    expect(await amend(member, { email: null }, reader)).toMatchObject({
      ...done,
      patron: { contact: { ...addressed, telephone: '21110001', email: null } },
    });
    expect(await amend(member, { telephone: '+852 2111 0002' }, reader)).toMatchObject({
      ...done,
      patron: { contact: { ...addressed, telephone: '21110002', email: null } },
    });
    expect(await amend(member, { addressLines: null }, reader)).toMatchObject({
      ...done,
      patron: { contact: { addressLines: [], addressProven: false, telephone: '21110002' } },
    });
  });

  test('a changed address counts as not proven, unless staff say that proof was shown', async () => {
    const member = await newMember();
    const reader = await library.reader(member.patronId);
    const moved = ['3 Writing Street'];
    expect(await amend(member, { addressLines: addressed.addressLines }, reader)).toMatchObject({
      patron: { contact: addressed },
    });
    expect(await amend(member, { addressLines: moved }, reader)).toMatchObject({
      ...done,
      patron: { contact: { addressLines: moved, addressProven: false } },
    });
    expect(await amend(member, { addressProofShown: true }, reader)).toMatchObject({
      ...refusedWith('INVALID'),
      problems: [{ field: ['addressProofShown'] }],
    });
    expect(await amend(member, { addressProofShown: true })).toMatchObject({
      ...done,
      patron: { contact: { addressLines: moved, addressProven: true } },
    });
    expect(
      await amend(member, { addressLines: ['4 Writing Street'], addressProofShown: true }),
    ).toMatchObject({
      patron: { contact: { addressLines: ['4 Writing Street'], addressProven: true } },
    });
  });

  test('a change by another since it was read is VERSION_CONFLICT, and nothing is overwritten', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await versionOf(member);
    const first = { reader: { patronId }, version, telephone: '21110003' };
    expect(await library.change('amendContact', first, library.counter)).toMatchObject(done);
    const second = { reader: { patronId }, version, email: 'late@patrons.example' };
    expect(await library.change('amendContact', second, library.counter)).toMatchObject({
      ...refusedWith('VERSION_CONFLICT'),
      problems: [{ field: ['version'] }],
      patron: null,
    });
    expect(await amend(member, {})).toMatchObject({
      patron: { contact: { telephone: '21110003', email: 'reader@patrons.example' } },
    });
  });

  test('of two concurrent changes with one version, one is done', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await versionOf(member);
    const answers = await Promise.all(
      ['21110004', '21110005', '21110006'].map((telephone) =>
        library.change('amendContact', { reader: { patronId }, version, telephone }, library.counter),
      ),
    );
    expect(answers.map(({ operation }) => operation.state).sort()).toEqual(['DONE', 'REFUSED', 'REFUSED']);
  });

  test('what else the registry has of the patron comes through unharmed', async () => {
    const young = stranger({
      dateOfBirth: yearsAgo(15),
      chineseName: '蕭𨱏',
      birthCertificateNumber: 'S7000001',
      telephone: '21110000',
      email: 'young@patrons.example',
    });
    const member = await join(library, young, ['LIBRARY_CARD'], { guarantor: guarantor(false) });
    const before = await recordOf(member);
    for (const value of [
      'CHUI, WAI MAN',
      '蕭𨱏',
      'S7000001',
      young.identityNumber,
      'young@patrons.example',
    ]) {
      expect(before).toContain(value);
    }
    expect(await amend(member, { telephone: '21110007' })).toMatchObject(done);
    expect(await recordOf(member)).toBe(before);
  });

  test('sent again, it is done once and tells how it stands', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await versionOf(member);
    const input = { reference: 'contact once', reader: { patronId }, version, telephone: '21110008' };
    library.system.legacy.prs.resetCalls();
    const first = await library.change('amendContact', input, library.counter);
    expect(await library.change('amendContact', input, library.counter)).toEqual(first);
    expect(library.system.legacy.prs.calls.get('AmendPatron')).toBe(1);
  });

  test('is done once where nothing is heard of it, and then told as done', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await versionOf(member);
    library.system.legacy.prs.faults.set([{ kind: 'reset-after', operations: ['AmendPatron'], times: 1 }]);
    const input = { reference: 'contact unheard', reader: { patronId }, version, telephone: '21110009' };
    const unheard = await library.change('amendContact', input, library.counter);
    expect(unheard).toMatchObject({ operation: { state: 'UNSETTLED' }, patron: null, problems: [] });
    await library.untilDone('contact unheard', library.counter);
    expect(await library.change('amendContact', input, library.counter)).toMatchObject({
      ...done,
      patron: { contact: { telephone: '21110009' } },
    });
  });

  test.each([
    ['addressLines', { addressLines: ['1', '2', '3', '4', '5'] }],
    ['telephone', { telephone: '1' }],
    ['email', { email: 'nobody' }],
  ])('INVALID: %s', async (field, input) => {
    const member = await newMember();
    expect(await amend(member, input)).toMatchObject({
      ...refusedWith('INVALID'),
      problems: [{ field: [field] }],
    });
  });

  test('R10: by number and PIN nobody changes it, and the PIN is not checked', async () => {
    const cardAndPin = { libraryCardNumber: '21852000000033', pin: '1234' };
    const input = { reader: { cardAndPin }, version: '20250101090000', telephone: '21110012' };
    library.system.legacy.cms.resetCalls();
    for (const token of [
      library.telephone,
      library.station,
      library.counter,
      await library.reader('P0000002'),
    ]) {
      const { body } = await library.send('amendContact', input, token);
      expect(body).toMatchObject({
        data: { amendContact: null },
        errors: [
          {
            message: expect.stringContaining('must be a `patronId`'),
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      });
    }
    const { body } = await library.send('amendContact', input);
    expect(body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect([...library.system.legacy.cms.calls]).toEqual([]);
  });

  test('NOT_FOUND: nobody has that number', async () => {
    const input = { reader: { patronId: 'P9999999' }, version: 'any', telephone: '21110010' };
    expect(await library.change('amendContact', input, library.counter)).toMatchObject({
      ...refusedWith('NOT_FOUND'),
      problems: [{ field: ['reader', 'patronId'] }],
    });
  });
});
