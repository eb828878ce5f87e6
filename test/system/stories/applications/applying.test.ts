import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply, overInternet, progressOf, waitingApplications } from '../applications.ts';
import { approve, cardsOf, done, formOf, join, type Library, openLibrary, refusedWith } from '../library.ts';
import { child, guarantor, stranger, today, yearsAgo } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

describe('who may have what', () => {
  test('R1: one application brings a smart identity card into use, and a library card', async () => {
    const { patronId, smartId, libraryCard } = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
    expect(await cardsOf(library, patronId)).toEqual([
      { __typename: 'LibraryCard', libraryCardNumber: libraryCard, status: 'ACTIVE' },
      { __typename: 'SmartIdCard', libraryCardNumber: smartId, status: 'ACTIVE' },
    ]);
  });

  test('R1: a holder of a library card applies before the smart identity card can be used', async () => {
    const { patronId, applicant } = await join(library, stranger(), ['LIBRARY_CARD']);
    const shown = {
      smartId: { identityNumber: applicant.identityNumber, dateOfIssue: applicant.smartIdDateOfIssue },
    };
    const lend = () =>
      library.change('checkOut', { credential: shown, itemNumber: '31852000000494' }, library.station);
    expect(await lend()).toMatchObject(refusedWith('CREDENTIAL_NOT_FOUND'));
    const applied = await apply(library, formOf(applicant, ['SMART_ID'], { patronId, channel: 'INTERNET' }));
    expect(await approve(library, applied)).toMatchObject(done);
    const lent = await lend();
    expect(lent).toMatchObject(done);
    await library.change('checkIn', { itemNumber: '31852000000494' }, library.station);
  });

  test('R1: a smart identity card user may later apply for a library card', async () => {
    const { patronId, applicant } = await join(library, stranger(), ['SMART_ID']);
    const reader = await library.reader(patronId);
    const applied = await apply(
      library,
      formOf({ ...applicant, addressProofShown: false }, ['LIBRARY_CARD'], { patronId, channel: 'INTERNET' }),
      reader,
    );
    expect(applied).toMatchObject({ ...done, application: { status: 'RECEIVED' } });
    expect(await approve(library, applied)).toMatchObject({
      ...done,
      application: { patron: { id: patronId } },
    });
    expect(await cardsOf(library, patronId)).toHaveLength(2);
  });

  test('R4: a child of ten has a library card by birth certificate, and no smart identity card', async () => {
    const applicant = child(10);
    const both = formOf(applicant, ['SMART_ID', 'LIBRARY_CARD'], { guarantor: guarantor(true) });
    const refused = await apply(library, both);
    expect(refused.operation.state).toBe('REFUSED');
    expect(refused.problems).toContainEqual(
      expect.objectContaining({ code: 'TOO_YOUNG_FOR_SMART_ID', field: ['wants'] }),
    );
    const { libraryCard, smartId, patronId } = await join(library, applicant, ['LIBRARY_CARD'], {
      guarantor: guarantor(false),
    });
    expect(libraryCard).not.toBe('');
    expect(smartId).toBe('');
    const query = 'query ($id: ID!) { patron(id: $id) { identity { kind } guarantor { name } } }';
    expect(await library.read(query, { id: patronId })).toEqual({
      patron: { identity: { kind: 'BIRTH_CERTIFICATE' }, guarantor: { name: 'CHUI, WAI MAN' } },
    });
  });

  test('R4: under eleven an identity card is not the document', async () => {
    const applicant = stranger({ dateOfBirth: yearsAgo(10), smartIdDateOfIssue: null });
    const input = formOf(applicant, ['LIBRARY_CARD'], { guarantor: guarantor(true) });
    expect(await apply(library, input)).toMatchObject({
      ...refusedWith('INVALID'),
      problems: [{ field: ['applicant', 'birthCertificateNumber'] }],
    });
  });

  test('R4: on the eleventh birthday a smart identity card can be enrolled', async () => {
    const onTheDay = { dateOfBirth: yearsAgo(11), smartIdDateOfIssue: today };
    const dayBefore = { ...onTheDay, dateOfBirth: yearsAgo(11, 1) };
    const others = { guarantor: guarantor(true) };
    expect(await apply(library, formOf(stranger(dayBefore), ['SMART_ID'], others))).toMatchObject(
      refusedWith('TOO_YOUNG_FOR_SMART_ID'),
    );
    const { smartId } = await join(library, stranger(onTheDay), ['SMART_ID'], others);
    expect(smartId).not.toBe('');
  });

  test('R3: a fifteen-year-old whose guarantor refuses the smart identity card gets a library card', async () => {
    const applicant = stranger({ dateOfBirth: yearsAgo(15) });
    const others = { guarantor: guarantor(false) };
    expect(await apply(library, formOf(applicant, ['SMART_ID', 'LIBRARY_CARD'], others))).toMatchObject({
      ...refusedWith('GUARANTOR_REFUSED'),
      problems: [{ field: ['guarantor', 'allowsSmartId'] }],
    });
    const { libraryCard, smartId } = await join(library, applicant, ['LIBRARY_CARD'], others);
    expect([libraryCard !== '', smartId]).toEqual([true, '']);
  });

  test('R3: on the day of the eighteenth birthday nobody stands guarantor any more', async () => {
    const dayBefore = stranger({ dateOfBirth: yearsAgo(18, 1) });
    expect(await apply(library, formOf(dayBefore, ['SMART_ID']))).toMatchObject({
      ...refusedWith('GUARANTOR_NEEDED'),
      problems: [{ field: ['guarantor'] }],
    });
    const onTheDay = stranger({ dateOfBirth: yearsAgo(18) });
    const { smartId, patronId } = await join(library, onTheDay, ['SMART_ID'], {
      guarantor: guarantor(false),
    });
    expect(smartId).not.toBe('');
    expect(
      await library.read('query ($id: ID!) { patron(id: $id) { guarantor { name } } }', { id: patronId }),
    ).toEqual({ patron: { guarantor: null } });
  });
});

describe('what must be shown', () => {
  test('R2: at a counter, proof of address comes with the application of someone new', async () => {
    const applicant = stranger({ addressProofShown: false });
    expect(await apply(library, formOf(applicant, ['LIBRARY_CARD']))).toMatchObject({
      ...refusedWith('ADDRESS_PROOF_NEEDED'),
      problems: [{ field: ['applicant', 'addressProofShown'] }],
    });
  });

  test('R2: over the internet it is received without, and approved once staff have seen the proof', async () => {
    const applied = await overInternet(
      library,
      formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD']),
    );
    expect(applied).toMatchObject({ ...done, application: null });
    expect(await progressOf(library, applied.receipt)).toMatchObject({
      status: 'RECEIVED',
      decidedAt: null,
      problems: [{ code: 'ADDRESS_PROOF_NEEDED' }],
    });
    const [waiting] = await waitingApplications(library);
    expect(waiting?.problems).toEqual([{ code: 'ADDRESS_PROOF_NEEDED' }]);
    const decide = (others: Readonly<Record<string, unknown>>) =>
      library.change(
        'decideApplication',
        { applicationId: waiting?.id, approve: true, ...others },
        library.counter,
      );
    expect(await decide({})).toMatchObject(refusedWith('ADDRESS_PROOF_NEEDED'));
    const approved = await decide({ addressProofShown: true });
    expect(approved).toMatchObject({ ...done, application: { status: 'APPROVED' } });
    expect(await progressOf(library, applied.receipt)).toMatchObject({ status: 'APPROVED', problems: [] });
    const patron = approved.application?.patron?.id;
    expect(
      await library.read('query ($id: ID!) { patron(id: $id) { contact { addressProven } } }', {
        id: patron,
      }),
    ).toEqual({ patron: { contact: { addressProven: true } } });
  });

  test('R2: a registered patron proves no address', async () => {
    const { patronId, applicant } = await join(library, stranger(), ['SMART_ID']);
    const again = { ...applicant, addressProofShown: false };
    const applied = await apply(library, formOf(again, ['LIBRARY_CARD'], { patronId }));
    expect(await approve(library, applied)).toMatchObject(done);
  });

  test('R5: the older kind of identity card is no smart identity card', async () => {
    for (const smartIdDateOfIssue of ['2003-06-22', null]) {
      const applicant = stranger({ smartIdDateOfIssue });
      expect(await apply(library, formOf(applicant, ['SMART_ID']))).toMatchObject({
        ...refusedWith('SMART_ID_NEEDED'),
        problems: [{ field: ['applicant', 'smartIdDateOfIssue'] }],
      });
    }
    const older = stranger({ smartIdDateOfIssue: '2003-06-22' });
    expect(await apply(library, formOf(older, ['LIBRARY_CARD']))).toMatchObject(done);
    expect(
      await apply(library, formOf(stranger({ smartIdDateOfIssue: '2003-06-23' }), ['SMART_ID'])),
    ).toMatchObject(done);
  });

  test('R5: a date of issue in the future is none', async () => {
    const applicant = stranger({ smartIdDateOfIssue: yearsAgo(0, 1) });
    expect(await apply(library, formOf(applicant, ['SMART_ID']))).toMatchObject({
      ...refusedWith('INVALID'),
      problems: [{ field: ['applicant', 'smartIdDateOfIssue'] }],
    });
  });

  test('R8: a wrong check digit is reported before any system is called', async () => {
    const { prs, cms } = library.system.legacy;
    prs.resetCalls();
    cms.resetCalls();
    for (const identityNumber of ['A123456(4)', 'A1234567', 'not a number']) {
      const refused = await apply(library, formOf(stranger({ identityNumber }), ['SMART_ID']));
      expect(refused).toMatchObject({
        ...refusedWith('IDENTITY_NUMBER_INVALID'),
        problems: [{ field: ['applicant', 'identityNumber'] }],
      });
    }
    expect([...prs.calls, ...cms.calls]).toEqual([]);
  });

  test('every problem is reported at once', async () => {
    const applicant = stranger({
      englishName: '陳大文',
      dateOfBirth: yearsAgo(12),
      smartIdDateOfIssue: '2003-06-22',
      addressLines: [],
      addressProofShown: false,
      telephone: '1',
      email: 'nobody',
    });
    const refused = await apply(library, formOf(applicant, ['SMART_ID']));
    const said = refused.problems.map(({ code, field }) => `${code} ${field?.join('.')}`).sort();
    expect(said).toEqual([
      'ADDRESS_PROOF_NEEDED applicant.addressProofShown',
      'GUARANTOR_NEEDED guarantor',
      'INVALID applicant.addressLines',
      'INVALID applicant.email',
      'INVALID applicant.englishName',
      'INVALID applicant.smartIdDateOfIssue',
      'INVALID applicant.telephone',
      'SMART_ID_NEEDED applicant.smartIdDateOfIssue',
    ]);
  });
});
