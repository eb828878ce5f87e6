import { describe, expect, test } from 'vitest';
import { copy, libraryForTests } from '../library.ts';
import { done, refusedFor, refusedWith } from '../payloads.ts';
import { child, guarantor, newApplicant, today } from '../people.ts';

const library = libraryForTests();

describe('R10: the number on the library information card', () => {
  test('has no PIN at first, and its first PIN can be used by telephone the same day', async () => {
    const { patronId, smartId: libraryCardNumber } = await library.join(newApplicant(), ['SMART_ID']);
    await library.lend(libraryCardNumber);
    library.lentAWeekAgo(copy);
    const renew = (pin: string) =>
      library.change(
        'renewAllLoans',
        { reader: { cardAndPin: { libraryCardNumber, pin } } },
        library.telephone,
      );
    expect(await renew('2463')).toMatchObject(refusedWith('WRONG_NUMBER_OR_PIN'));
    const set = { libraryCardNumber, newPin: '2463' };
    expect(await library.change('setPin', set, await library.reader(patronId))).toMatchObject(done);
    expect(await renew('2463')).toMatchObject({ ...done, outcomes: [{ state: 'DONE' }] });
    await library.giveBack();
  });

  test('a PIN has 4 to 8 digits', async () => {
    const { smartId: libraryCardNumber } = await library.join(newApplicant(), ['SMART_ID']);
    for (const newPin of ['', '123', '123456789', '12a4', '１２３４', ' 1234', '1'.repeat(16_000)]) {
      expect(await library.change('setPin', { libraryCardNumber, newPin })).toMatchObject(
        refusedFor('INVALID', 'newPin'),
      );
    }
    expect(await library.change('setPin', { libraryCardNumber, newPin: '13572468' })).toMatchObject(done);
  });

  test('an input that is too long is refused as a mistake', async () => {
    const input = { libraryCardNumber: '21852000000058', newPin: '1'.repeat(17_000) };
    const { body } = await library.send('setPin', input);
    expect(body).toMatchObject({
      data: { setPin: null },
      errors: [
        {
          message: 'The input must have 16384 bytes of JSON at most.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
  });

  test("a reader can't set the PIN of another's card, and doesn't learn that it exists", async () => {
    const { smartId: libraryCardNumber } = await library.join(newApplicant(), ['SMART_ID']);
    const token = await library.reader('P0000003');
    const set = { libraryCardNumber, newPin: '1470' };
    expect(await library.change('setPin', set, token)).toMatchObject(refusedWith('NOT_FOUND'));
  });

  test('can be used for holds, and identifies a patron without a library card', async () => {
    const { patronId, smartId: libraryCardNumber } = await library.join(newApplicant(), ['SMART_ID']);
    const reader = await library.reader(patronId);
    const input = { reader: { patronId }, titleNumber: 'B0000010', pickupBranch: 'HKCL' };
    expect(await library.change('placeHold', input, reader)).toMatchObject(done);
    expect(await library.read('{ me { libraryCardNumber } }', {}, reader)).toEqual({
      me: { libraryCardNumber },
    });
  });
});

describe('R11: a library information card', () => {
  test('can be reprinted any number of times, with the same number', async () => {
    const { smartId: libraryCardNumber } = await library.join(newApplicant(), ['SMART_ID']);
    const printed = { ...done, credential: { libraryCardNumber, informationCardPrintedOn: today } };
    for (const time of ['once', 'and again']) {
      expect(await library.change('printInformationCard', { libraryCardNumber }), time).toMatchObject(
        printed,
      );
    }
    expect(library.system.legacy.cms.calls.get('PrintInformationCard')).toBe(2);
  });

  test('is printed for a smart identity card only, because a library card shows its number itself', async () => {
    const { libraryCard: libraryCardNumber } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    expect(await library.change('printInformationCard', { libraryCardNumber })).toMatchObject(
      refusedWith('INVALID'),
    );
  });

  test('a forgotten number is found at the counter by the identity card', async () => {
    const { patronId, smartId, applicant } = await library.join(newApplicant(), ['SMART_ID']);
    const query = `query ($document: IdentityDocumentInput!) {
      patronByIdentity(document: $document) { id libraryCardNumber }
    }`;
    const written = applicant.identityNumber ?? '';
    for (const number of [written, written.toLowerCase().replace(/[()]/g, ''), ` ${written} `]) {
      const document = { kind: 'HKID', number };
      expect(await library.read(query, { document })).toEqual({
        patronByIdentity: { id: patronId, libraryCardNumber: smartId },
      });
    }
  });

  test('a child is found by the birth certificate, however its number is typed', async () => {
    const applicant = { ...child(9), birthCertificateNumber: 's 9000 001' };
    const others = { guarantor: guarantor(false) };
    const { patronId } = await library.join(applicant, ['LIBRARY_CARD'], others);
    const query = `query ($document: IdentityDocumentInput!) { patronByIdentity(document: $document) { id } }`;
    for (const number of ['S9000001', 's 9000 001', ' s9000001']) {
      const document = { kind: 'BIRTH_CERTIFICATE', number };
      expect(await library.read(query, { document }), number).toEqual({ patronByIdentity: { id: patronId } });
    }
  });

  test('an identity number with a wrong check digit is refused without a call, and an unknown one is null', async () => {
    const query = `query ($number: String!) { patronByIdentity(document: { kind: HKID, number: $number }) { id } }`;
    const variables = { number: 'A123456(4)' };
    const { body } = await library.system.ask(query, { token: library.counter, variables });
    expect(body.errors?.[0]?.extensions.code).toBe('IDENTITY_NUMBER_INVALID');
    const nobody = await library.read(query, { number: 'G123456(A)' });
    expect(nobody).toEqual({ patronByIdentity: null });
  });

  test.each(['', 'S'.repeat(21), 'S1234567\u0007'])(
    'a malformed certificate number is refused without a call: %j',
    async (number) => {
      library.system.legacy.prs.resetCalls();
      const query = `query ($number: String!) {
      patronByIdentity(document: { kind: BIRTH_CERTIFICATE, number: $number }) { id }
    }`;
      const { body } = await library.system.ask(query, { token: library.counter, variables: { number } });
      expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect([...library.system.legacy.prs.calls]).toEqual([]);
    },
  );
});
