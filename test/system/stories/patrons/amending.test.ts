import { describe, expect, test } from 'vitest';
import { copy, formOf, libraryForTests, otherCopy } from '../library.ts';
import { done, type Member, refusedFor, refusedWith } from '../payloads.ts';
import { guarantor, newApplicant, newIdentityNumber, today, yearsAgo } from '../people.ts';

const library = libraryForTests();

const newMember = () => library.join(newApplicant(), ['LIBRARY_CARD']);

async function amend(member: Member, input: object, token?: string) {
  const { patronId } = member;
  const version = await library.versionOf(member.patronId);
  return await library.change('amendPatron', { patronId, version, ...input }, token);
}

async function lendOne({ libraryCard }: Member): Promise<string> {
  for (const itemNumber of [copy, otherCopy]) {
    const { operation } = await library.lend(libraryCard, itemNumber);
    if (operation.state === 'DONE') {
      return itemNumber;
    }
  }
  throw new Error('nothing could be lent');
}

describe('amending a patron’s identity', () => {
  test('changes names and date of birth, and keeps absent fields', async () => {
    const member = await newMember();
    const { guarantor: _, ...told } = {
      guarantor: null,
      status: 'ACTIVE',
      name: { english: 'CHAN, SIU MING', chinese: '陳小明' },
      dateOfBirth: yearsAgo(30),
    };
    const input = { englishName: 'chan ,siu ming', chineseName: '陳小明', dateOfBirth: told.dateOfBirth };
    expect(await amend(member, input)).toMatchObject({ ...done, patron: told });
    expect(await amend(member, { clear: ['CHINESE_NAME'] })).toMatchObject({
      ...done,
      patron: { ...told, name: { english: 'CHAN, SIU MING', chinese: null } },
    });
  });

  test('R7: a document is added or replaced, and the patron is found by it', async () => {
    const member = await newMember();
    const identityNumber = newIdentityNumber();
    expect(await amend(member, { identityNumber, birthCertificateNumber: 's 765 4321' })).toMatchObject(done);
    expect(await library.patron(member.patronId, 'identityDocuments { kind number }')).toEqual({
      identityDocuments: [
        { kind: 'HKID', number: identityNumber },
        { kind: 'BIRTH_CERTIFICATE', number: 'S7654321' },
      ],
    });
  });

  test('R7, R8: a document of another patron, or with a wrong check digit, is refused', async () => {
    const member = await newMember();
    const other = await newMember();
    expect(await amend(member, { identityNumber: other.applicant.identityNumber })).toMatchObject(
      refusedFor('ALREADY_REGISTERED', 'identityNumber'),
    );
    expect(await amend(member, { identityNumber: 'A123456(4)' })).toMatchObject(
      refusedFor('IDENTITY_NUMBER_INVALID', 'identityNumber'),
    );
    expect(await amend(member, { clear: ['IDENTITY_NUMBER'] })).toMatchObject(refusedFor('INVALID', 'clear'));
  });

  test('R18: a smart identity card is discontinued before its number is corrected', async () => {
    const member = await library.joinWithBothCards(newApplicant());
    const { patronId, smartId: libraryCardNumber } = member;
    const identityNumber = newIdentityNumber();
    const refused = refusedFor('SMART_ID_ENROLLED', 'identityNumber');
    const cleared = { clear: ['IDENTITY_NUMBER'], birthCertificateNumber: 'S7654329' };
    expect(await amend(member, { identityNumber })).toMatchObject(refused);
    expect(await amend(member, cleared)).toMatchObject(refusedFor('SMART_ID_ENROLLED', 'clear'));
    const loss = { libraryCardNumber, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', loss)).toMatchObject(done);
    expect(await amend(member, { identityNumber })).toMatchObject(refused);
    expect(await library.change('discontinueSmartId', { libraryCardNumber })).toMatchObject(done);
    expect(await amend(member, { identityNumber })).toMatchObject(done);
    const corrected = { ...member.applicant, identityNumber, smartIdDateOfIssue: today };
    const applied = await library.apply(formOf(corrected, ['SMART_ID'], { patronId }));
    expect(await library.approve(applied)).toMatchObject(done);
  });

  test('R3, R4: the rules of applying hold for a date of birth that is corrected', async () => {
    const member = await newMember();
    const grown = await library.joinWithBothCards(newApplicant());
    const named = { guarantor: { name: 'HO, MAN' } };
    expect(await amend(member, { dateOfBirth: yearsAgo(17) })).toMatchObject(
      refusedFor('INVALID', 'guarantor'),
    );
    expect(await amend(member, { dateOfBirth: yearsAgo(10), ...named })).toMatchObject(
      refusedFor('INVALID', 'birthCertificateNumber'),
    );
    const child = { dateOfBirth: yearsAgo(10), birthCertificateNumber: 'S7654328', ...named };
    expect(await amend(member, child)).toMatchObject(done);
    expect(await amend(grown, { ...child, birthCertificateNumber: 'S7654327' })).toMatchObject(
      refusedFor('SMART_ID_ENROLLED', 'dateOfBirth'),
    );
  });

  test('R27: amending a document also needs identity:read', async () => {
    const member = await newMember();
    const token = await library.system.token({ subject: 'clerk', scope: 'patrons:read patrons:write' });
    const { patronId } = member;
    const version = await library.versionOf(member.patronId);
    for (const change of [{ identityNumber: newIdentityNumber() }, { clear: ['IDENTITY_NUMBER'] }]) {
      const { body } = await library.send('amendPatron', { patronId, version, ...change }, token);
      expect(body.errors).toMatchObject([{ path: ['amendPatron'], extensions: { code: 'FORBIDDEN' } }]);
    }
    const others = { chineseName: '文員', identityNumber: null, birthCertificateNumber: null };
    expect(await amend(member, others, token)).toMatchObject(done);
  });

  test('the guarantor of a minor can be changed, but not cleared', async () => {
    const young = newApplicant({ dateOfBirth: yearsAgo(15) });
    const member = await library.join(young, ['LIBRARY_CARD'], { guarantor: guarantor(false) });
    const other = { name: 'ho, man', telephone: '2111 0044' };
    expect(await amend(member, { guarantor: other })).toMatchObject({
      ...done,
      patron: { guarantor: { name: 'HO, MAN', telephone: '21110044' } },
    });
    expect(await amend(member, { clear: ['GUARANTOR'] })).toMatchObject(refusedFor('INVALID', 'clear'));
    const both = { guarantor: other, clear: ['GUARANTOR_TELEPHONE'] };
    const version = await library.versionOf(member.patronId);
    const { body } = await library.send('amendPatron', { patronId: member.patronId, version, ...both });
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await amend(member, { clear: ['GUARANTOR_TELEPHONE'] })).toMatchObject({
      ...done,
      patron: { guarantor: { name: 'HO, MAN', telephone: null } },
    });
  });

  test('a change by another since it was read is VERSION_CONFLICT, and nothing is overwritten', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await library.versionOf(member.patronId);
    expect(await amend(member, { chineseName: '先' })).toMatchObject(done);
    const second = { patronId, version, chineseName: '後' };
    expect(await library.change('amendPatron', second)).toMatchObject({
      ...refusedWith('VERSION_CONFLICT'),
      patron: null,
    });
    expect(await amend(member, {})).toMatchObject({ patron: { name: { chinese: '先' } } });
  });

  test('an amendment whose answer was lost is done once, and then reported as done', async () => {
    const member = await newMember();
    const { patronId } = member;
    const version = await library.versionOf(member.patronId);
    library.system.legacy.prs.faults.set([{ kind: 'reset-after', operations: ['AmendPatron'], times: 1 }]);
    const input = { reference: 'patron unheard', patronId, version, status: 'SUSPENDED' };
    const unheard = await library.change('amendPatron', input);
    expect(unheard).toMatchObject({ operation: { state: 'UNSETTLED' }, patron: null, problems: [] });
    await library.untilDone('patron unheard');
    expect(await library.change('amendPatron', input)).toMatchObject({
      ...done,
      patron: { status: 'SUSPENDED' },
    });
  });

  test('NOT_FOUND: no patron has that number', async () => {
    const input = { patronId: 'P9999999', version: 'any', chineseName: '無' };
    expect(await library.change('amendPatron', input)).toMatchObject(refusedWith('NOT_FOUND'));
  });
});

describe('R15: the status', () => {
  test('a suspended patron borrows nothing until the status is ACTIVE again', async () => {
    const member = await newMember();
    expect(await amend(member, { status: 'SUSPENDED' })).toMatchObject({
      ...done,
      patron: { status: 'SUSPENDED' },
    });
    expect(await library.lend(member.libraryCard)).toMatchObject(refusedWith('PATRON_NOT_ACTIVE'));
    expect(await amend(member, { status: 'ACTIVE' })).toMatchObject({
      ...done,
      patron: { status: 'ACTIVE' },
    });
  });

  test("R16: a patron with a loan can't be CLOSED, even if the loan's card has ended", async () => {
    const member = await newMember();
    const itemNumber = await lendOne(member);
    const ending = { libraryCardNumber: member.libraryCard };
    expect(await library.change('surrenderLibraryCard', ending)).toMatchObject(done);
    expect(await amend(member, { status: 'CLOSED' })).toMatchObject(refusedFor('LOANS_OUT', 'status'));
    expect(await amend(member, { status: 'SUSPENDED' })).toMatchObject(done);
    expect(await library.giveBack(itemNumber)).toMatchObject(done);
    expect(await amend(member, { status: 'CLOSED' })).toMatchObject({
      ...done,
      patron: { status: 'CLOSED' },
    });
  });

  test("R26: a patron can't be CLOSED while the loans can't be read", async () => {
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
