import { describe, expect, test } from 'vitest';
import { el, prs } from '../../../simulators/wire-client.ts';
import { libraryForTests } from '../library.ts';
import { done, type Member, refusedFor, refusedWith } from '../payloads.ts';
import { guarantor, newApplicant, yearsAgo } from '../people.ts';

const library = libraryForTests({ showsWholeGraph: true });

const newMember = () =>
  library.join(
    newApplicant({ telephone: '2111 0001', email: 'reader@patrons.example', chineseName: '崔盈' }),
    ['LIBRARY_CARD'],
  );

const addressed = { addressLines: ['Flat 9, Block C', '2 Reading Road'], addressProven: true };

/** The registry's SOAP answer for the record, without the values that a new telephone number changes. */
async function recordOf({ patronId }: Member): Promise<string> {
  const answer = await prs(library.system.legacy, 'GetPatrons', el('PATRON_NO', patronId));
  return answer.xml.replace(/<(LAST_UPD|TEL)>[^<]*<\/\1>/g, '<$1/>');
}

async function amend(member: Member, input: object, token?: string) {
  const { patronId } = member;
  const version = await library.versionOf(member.patronId);
  return await library.change('amendContact', { reader: { patronId }, version, ...input }, token);
}

describe('contact details', () => {
  test('only `clear` clears a field', async () => {
    const member = await newMember();
    const reader = await library.reader(member.patronId);
    expect(await amend(member, { clear: ['EMAIL'] }, reader)).toMatchObject({
      ...done,
      patron: { contact: { ...addressed, telephone: '21110001', email: null } },
    });
    expect(await amend(member, { telephone: '+852 2111 0002' }, reader)).toMatchObject({
      ...done,
      patron: { contact: { ...addressed, telephone: '21110002', email: null } },
    });
    expect(await amend(member, { clear: ['ADDRESS_LINES', 'TELEPHONE'] }, reader)).toMatchObject({
      ...done,
      patron: { contact: { addressLines: [], addressProven: false, telephone: null } },
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
    expect(await amend(member, { addressProofShown: true }, reader)).toMatchObject(
      refusedFor('INVALID', 'addressProofShown'),
    );
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

  test('what changes nothing is done, and the record keeps its version', async () => {
    const member = await newMember();
    const before = await library.versionOf(member.patronId);
    for (const same of [
      {},
      { telephone: member.applicant.telephone },
      { addressLines: addressed.addressLines },
    ]) {
      expect(await amend(member, same)).toMatchObject({ ...done, patron: { version: before } });
    }
    expect(await library.versionOf(member.patronId)).toBe(before);
  });

  test('a change by another since it was read is VERSION_CONFLICT, and nothing is overwritten', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await library.versionOf(member.patronId);
    const first = { reader: { patronId }, version, telephone: '21110003' };
    expect(await library.change('amendContact', first)).toMatchObject(done);
    const second = { reader: { patronId }, version, email: 'late@patrons.example' };
    expect(await library.change('amendContact', second)).toMatchObject({
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
    const version = await library.versionOf(member.patronId);
    const answers = await Promise.all(
      ['21110004', '21110005', '21110006'].map((telephone) =>
        library.change('amendContact', { reader: { patronId }, version, telephone }),
      ),
    );
    expect(answers.map(({ operation }) => operation.state).sort()).toEqual(['DONE', 'REFUSED', 'REFUSED']);
  });

  test("everything else in the registry's record stays as it was", async () => {
    const young = newApplicant({
      dateOfBirth: yearsAgo(15),
      chineseName: '蕭𨱏',
      birthCertificateNumber: 'S7000001',
      telephone: '21110000',
      email: 'young@patrons.example',
    });
    const member = await library.join(young, ['LIBRARY_CARD'], { guarantor: guarantor(false) });
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

  test('an amendment that is sent again is done once, and the answer is the same', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await library.versionOf(member.patronId);
    const input = { reference: 'contact once', reader: { patronId }, version, telephone: '21110008' };
    library.system.legacy.prs.resetCalls();
    const first = await library.change('amendContact', input);
    expect(await library.change('amendContact', input)).toEqual(first);
    expect(library.system.legacy.prs.calls.get('AmendPatron')).toBe(1);
  });

  test('an amendment whose answer was lost is done once, and then reported as done', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await library.versionOf(member.patronId);
    library.system.legacy.prs.faults.set([{ kind: 'reset-after', operations: ['AmendPatron'], times: 1 }]);
    const input = { reference: 'contact unheard', reader: { patronId }, version, telephone: '21110009' };
    const unheard = await library.change('amendContact', input);
    expect(unheard).toMatchObject({ operation: { state: 'UNSETTLED' }, patron: null, problems: [] });
    await library.untilDone('contact unheard');
    expect(await library.change('amendContact', input)).toMatchObject({
      ...done,
      patron: { contact: { telephone: '21110009' } },
    });
  });

  test.each([
    ['addressLines', { addressLines: ['1', '2', '3', '4', '5'] }],
    ['telephone', { telephone: '1' }],
    ['email', { email: 'nobody' }],
    ['addressLines', { addressLines: [] }],
    ['telephone', { telephone: '' }],
    ['email', { email: '' }],
  ])('INVALID: %s', async (field, input) => {
    const member = await newMember();
    expect(await amend(member, input)).toMatchObject(refusedFor('INVALID', field));
  });

  test('R10: with number and PIN nobody can change contact details, and the PIN is not checked', async () => {
    const cardAndPin = { libraryCardNumber: '21852000000033', pin: '1234' };
    const input = { reader: { cardAndPin }, version: '20250101090000', telephone: '21110012' };
    library.system.legacy.cms.resetCalls();
    const { telephone, station, counter } = library;
    for (const token of [telephone, station, counter, await library.reader('P0000002')]) {
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
    const { body } = await library.send('amendContact', input, null);
    expect(body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect([...library.system.legacy.cms.calls]).toEqual([]);
  });

  test('a field that is given and is to be cleared is an error, and nothing is changed', async () => {
    const member = await newMember();
    const version = await library.versionOf(member.patronId);
    const reader = { patronId: member.patronId };
    const input = { reader, version, telephone: '21110001', email: null, clear: ['EMAIL', 'TELEPHONE'] };
    const { body } = await library.send('amendContact', input);
    expect(body).toMatchObject({
      data: { amendContact: null },
      errors: [
        {
          message: '`telephone` is given, and `clear` names it: do one of the two.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect(await library.versionOf(member.patronId)).toBe(version);
  });

  test('NOT_FOUND: no patron has that number', async () => {
    const input = { reader: { patronId: 'P9999999' }, version: 'any', telephone: '21110010' };
    expect(await library.change('amendContact', input)).toMatchObject(
      refusedFor('NOT_FOUND', 'reader', 'patronId'),
    );
  });
});
