import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { growOlder } from '../../running-system.ts';
import { done, join, type Library, openLibrary, refusedWith } from '../library.ts';
import { child, guarantor, stranger, today } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

describe('R10: the number on the library information card', () => {
  test('has no PIN at first, and the PIN that it gets is used by telephone the same day', async () => {
    const { patronId, smartId: libraryCardNumber } = await join(library, stranger(), ['SMART_ID']);
    const credential = library.system.presentedCard(libraryCardNumber);
    const checkOut = { credential, itemNumber: '31852000000494' };
    const lent = await library.change('checkOut', checkOut, library.counter);
    growOlder(library.system, lent.loan?.id ?? '');
    const renew = (pin: string) =>
      library.change(
        'renewAllLoans',
        { reader: { cardAndPin: { libraryCardNumber, pin } } },
        library.telephone,
      );
    expect(await renew('2468')).toMatchObject(refusedWith('WRONG_NUMBER_OR_PIN'));
    const set = { libraryCardNumber, newPin: '2468' };
    expect(await library.change('setPin', set, await library.reader(patronId))).toMatchObject(done);
    expect(await renew('2468')).toMatchObject({ ...done, outcomes: [{ state: 'DONE' }] });
    await library.change('checkIn', { itemNumber: '31852000000494' }, library.counter);
  });

  test('a PIN has 4 to 8 digits', async () => {
    const { smartId: libraryCardNumber } = await join(library, stranger(), ['SMART_ID']);
    for (const newPin of ['', '123', '123456789', '12a4', '１２３４', ' 1234', '1'.repeat(16_000)]) {
      expect(await library.change('setPin', { libraryCardNumber, newPin }, library.counter)).toMatchObject({
        ...refusedWith('INVALID'),
        problems: [{ field: ['newPin'] }],
      });
    }
    expect(
      await library.change('setPin', { libraryCardNumber, newPin: '12345678' }, library.counter),
    ).toMatchObject(done);
  });

  test('an input that is longer than any is refused as a mistake', async () => {
    const input = { libraryCardNumber: '21852000000058', newPin: '1'.repeat(17_000) };
    const { body } = await library.send('setPin', input, library.counter);
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

  test("another's card gets no PIN from a reader, and is not told from none", async () => {
    const { smartId: libraryCardNumber } = await join(library, stranger(), ['SMART_ID']);
    const token = await library.reader('P0000003');
    const set = { libraryCardNumber, newPin: '1111' };
    expect(await library.change('setPin', set, token)).toMatchObject(refusedWith('NOT_FOUND'));
  });

  test('reserves, and is the number to give where there is no library card', async () => {
    const { patronId, smartId: libraryCardNumber } = await join(library, stranger(), ['SMART_ID']);
    const reader = await library.reader(patronId);
    const input = { reader: { patronId }, titleNumber: 'B0000010', pickupBranch: 'HKCL' };
    expect(await library.change('placeHold', input, reader)).toMatchObject(done);
    expect(await library.read('{ me { libraryCardNumber } }', {}, reader)).toEqual({
      me: { libraryCardNumber },
    });
  });
});

describe('R11: a library information card', () => {
  test('is reprinted as often as it is wanted, with the same number', async () => {
    const { smartId: libraryCardNumber } = await join(library, stranger(), ['SMART_ID']);
    const printed = { ...done, credential: { libraryCardNumber, informationCardPrintedOn: today } };
    for (const time of ['once', 'and again']) {
      expect(
        await library.change('printInformationCard', { libraryCardNumber }, library.counter),
        time,
      ).toMatchObject(printed);
    }
    expect(library.system.legacy.cms.calls.get('PrintInformationCard')).toBe(2);
  });

  test('is for a smart identity card: a library card bears its number itself', async () => {
    const { libraryCard: libraryCardNumber } = await join(library, stranger(), ['LIBRARY_CARD']);
    expect(
      await library.change('printInformationCard', { libraryCardNumber }, library.counter),
    ).toMatchObject(refusedWith('INVALID'));
  });

  test('a forgotten number is looked up at the counter, by the document', async () => {
    const { patronId, smartId, applicant } = await join(library, stranger(), ['SMART_ID']);
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

  test('and a child by the birth certificate, as it is written there', async () => {
    const applicant = { ...child(9), birthCertificateNumber: 's 9000 001' };
    const others = { guarantor: guarantor(false) };
    const { patronId } = await join(library, applicant, ['LIBRARY_CARD'], others);
    const query = `query ($document: IdentityDocumentInput!) { patronByIdentity(document: $document) { id } }`;
    for (const number of ['S9000001', 's 9000 001', ' s9000001']) {
      const document = { kind: 'BIRTH_CERTIFICATE', number };
      expect(await library.read(query, { document }), number).toEqual({ patronByIdentity: { id: patronId } });
    }
  });

  test('an identity number with a wrong check digit is refused unasked, and nobody is null', async () => {
    const query = `query ($number: String!) { patronByIdentity(document: { kind: HKID, number: $number }) { id } }`;
    const { body } = await library.system.ask(query, {
      token: library.counter,
      variables: { number: 'A123456(4)' },
    });
    expect(body.errors?.[0]?.extensions.code).toBe('IDENTITY_NUMBER_INVALID');
    const nobody = await library.read(query, { number: 'G123456(A)' });
    expect(nobody).toEqual({ patronByIdentity: null });
  });

  test.each(['', 'S'.repeat(21), 'S1234567\u0007'])(
    'a certificate of no form is refused unasked: %j',
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
