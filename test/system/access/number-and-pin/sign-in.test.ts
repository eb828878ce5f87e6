/**
 * The graph's fields for the sign-in page: card number and PIN, one-time codes, and a reader's standing (decision 35).
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { numberAndPinTexts } from '../../../../subgraphs/credentials/rules/messages/number-and-pin.ts';
import {
  failuresOfKnownBrowsers,
  failuresOfLibrary,
  failuresPerAddress,
  failuresPerAddressUnderAttack,
  failuresPerNumber,
  failuresPerNumberAndAddress,
  wrongCodesPerAddress,
} from '../../../../subgraphs/credentials/sign-in/attempts.ts';
import { verificationFloorMs } from '../../../../subgraphs/operations/attempts/pin-attempts.ts';
import { mutationOf } from '../../../support/mutation.ts';
import { openTablesOf } from '../../journal-of.ts';
import { rootField } from '../../running-system.ts';
import { eventually } from '../../stories/callers.ts';
import { libraryForTests } from '../../stories/library.ts';
import type { Payload } from '../../stories/payloads.ts';
import { newApplicant } from '../../stories/people.ts';

const library = libraryForTests();
let signIn: string;
beforeAll(async () => {
  signIn = await library.system.token({ subject: 'sign-in', clientId: 'sign-in', scope: 'sign-in' });
});

const pin = '2583';
const newAddress = () => randomUUID();
const newReader = () => library.joinWithPin(pin);

interface Reader extends Pick<Payload, 'problems'> {
  readonly reader: { readonly patronId: string } | null;
}

const selection = 'reader { patronId } problems { code message field }';

/** The facts that the page may send about a browser, besides the address. */
interface More {
  readonly widerNetworks?: readonly string[];
  readonly knownBrowser?: boolean;
}

const askToAuthenticate = (libraryCardNumber: string, given: string, address: string, more: More = {}) => {
  const input = { libraryCardNumber, pin: given, address, ...more };
  return library.system.mutate('authenticateReader', selection, input, { token: signIn });
};

async function authenticate(
  number: string,
  given: string,
  address = newAddress(),
  more: More = {},
): Promise<Reader> {
  const { body } = await askToAuthenticate(number, given, address, more);
  expect(body.errors).toBeUndefined();
  return rootField<Reader>(body, 'authenticateReader');
}

const askToSet = (libraryCardNumber: string, code: string, newPin: string, address: string) => {
  const input = { libraryCardNumber, code, newPin, address };
  return library.system.mutate('setPinByCode', selection, input, { token: signIn });
};

async function setPin(number: string, code: string, newPin: string, address = newAddress()) {
  const { body } = await askToSet(number, code, newPin, address);
  expect(body.errors).toBeUndefined();
  return rootField<Reader>(body, 'setPinByCode');
}

/** Creates a one-time code for a card, as staff do. */
async function codeFor(libraryCardNumber: string, reference: string = randomUUID()): Promise<string> {
  const { body } = await library.system.mutate(
    'createPinCode',
    'pinCode expiresAt',
    { reference, libraryCardNumber },
    { token: library.counter },
  );
  expect(body.errors).toBeUndefined();
  const { pinCode } = rootField<{ pinCode: string }>(body, 'createPinCode');
  expect(pinCode).toMatch(/^[0-9]{8}$/);
  return pinCode;
}

/** A code that differs from the given code. */
const other = (code: string): string => (code === '00000000' ? '11111111' : '00000000');

/** The patron's own access log, latest first. Each entry has its kind, field, role and client. */
async function accessLog(patronId: string): Promise<readonly string[]> {
  interface Log {
    readonly accessLog: { readonly edges: readonly { node: Record<string, string | null> }[] };
  }
  const selection = 'accessLog(first: 100) { edges { node { kind field role clientId } } }';
  const { accessLog } = await library.patron<Log>(patronId, selection, await library.reader(patronId));
  return accessLog.edges.map(({ node: { kind, field, role, clientId } }) =>
    [kind, field, role, clientId].filter((word) => word !== null).join(' '),
  );
}

const nobody = {
  reader: null,
  problems: [{ code: 'WRONG_NUMBER_OR_PIN', message: numberAndPinTexts.WRONG_NUMBER_OR_PIN.en, field: null }],
};
const noReader = {
  reader: null,
  problems: [
    { code: 'WRONG_NUMBER_OR_CODE', message: numberAndPinTexts.WRONG_NUMBER_OR_CODE.en, field: null },
  ],
};

describe('R10: number and PIN', { timeout: 60_000 }, () => {
  test.concurrent('of either card authenticate the patron, who sees it in the access log', async () => {
    const { patronId, smartId, libraryCard } = await newReader();
    expect(await authenticate(smartId, pin)).toEqual({ reader: { patronId }, problems: [] });
    expect(await authenticate(libraryCard.replace(/(.{4})/g, '$1 '), pin)).toEqual({
      reader: { patronId },
      problems: [],
    });
    const signedIn = 'SIGNED_IN PATRON sign-in';
    expect((await accessLog(patronId)).slice(0, 3)).toEqual([
      signedIn,
      signedIn,
      'CHANGED credential.pin STAFF',
    ]);
  });

  test.concurrent('R28: that are wrong, unknown, ended, lost or locked have one answer, in text and time', async () => {
    const [used, lost] = [await newReader(), await newReader()];
    const [ended, locked] = [await newReader(), await newReader()];
    await library.change('reportLoss', { libraryCardNumber: lost.libraryCard });
    await library.change('surrenderLibraryCard', { libraryCardNumber: ended.libraryCard });
    const address = newAddress();
    for (let failure = 1; failure <= failuresPerNumberAndAddress; failure += 1) {
      await authenticate(locked.libraryCard, '0000', address);
    }
    const cases = [
      [used.libraryCard, '0000'],
      [used.libraryCard, ''],
      ['21852000009992', pin],
      ['21852000009993', pin],
      ['', ''],
      [lost.libraryCard, pin],
      [ended.libraryCard, pin],
      [locked.libraryCard, pin],
    ] as const;
    for (const [number, given] of cases) {
      const started = performance.now();
      expect(await authenticate(number, given, address), number).toEqual(nobody);
      expect(performance.now() - started).toBeGreaterThanOrEqual(verificationFloorMs - 5);
    }
  });

  test.concurrent('are locked for an address that guesses, and for nobody else', async () => {
    const { patronId, libraryCard } = await newReader();
    const guesser = newAddress();
    for (let failure = 1; failure <= failuresPerNumberAndAddress + 3; failure += 1) {
      expect(await authenticate(libraryCard, '0000', guesser)).toEqual(nobody);
    }
    expect(await authenticate(libraryCard, pin, guesser)).toEqual(nobody);
    expect(await authenticate(libraryCard, pin)).toEqual({ reader: { patronId }, problems: [] });
    // The reader's success at another address doesn't reset the guesser's failures.
    expect(await authenticate(libraryCard, pin, guesser)).toEqual(nobody);
  });

  test.concurrent('are locked for an address that tries one PIN on many numbers', async () => {
    const { libraryCard } = await newReader();
    const sprayer = newAddress();
    const numbers = Array.from({ length: failuresPerAddress }, (_, index) => `218520000${20_000 + index}`);
    await Promise.all(numbers.map((number) => authenticate(number, pin, sprayer)));
    expect(await authenticate(libraryCard, pin, sprayer)).toEqual(nobody);
    expect(await authenticate(libraryCard, pin)).not.toEqual(nobody);
  });

  test.concurrent('are locked for a home that guesses from many networks, and for nobody else', async () => {
    const { patronId, libraryCard } = await newReader();
    const widerNetworks = [newAddress(), newAddress()];
    for (let failure = 1; failure <= failuresPerNumber + 1; failure += 1) {
      expect(await authenticate(libraryCard, '0000', newAddress(), { widerNetworks })).toEqual(nobody);
    }
    expect(await authenticate(libraryCard, pin, newAddress(), { widerNetworks })).toEqual(nobody);
    expect(await authenticate(libraryCard, pin)).toEqual({ reader: { patronId }, problems: [] });
  });

  test.concurrent('are locked for a /56 and a /48 that try one PIN on many numbers', async () => {
    const { libraryCard } = await newReader();
    const [household, otherHousehold, site] = [newAddress(), newAddress(), newAddress()];
    const spray = (times: number, first: number, widerNetworks: readonly string[]) =>
      Promise.all(
        Array.from({ length: times }, (_, index) =>
          authenticate(`218520000${first + index}`, pin, newAddress(), { widerNetworks }),
        ),
      );
    await spray(2 * failuresPerAddress, 30_000, [household, site]);
    const from = async (...widerNetworks: readonly string[]) =>
      (await authenticate(libraryCard, pin, newAddress(), { widerNetworks })).reader !== null;
    expect([await from(household, site), await from(otherHousehold, site)]).toEqual([false, true]);
    await spray(2 * failuresPerAddress, 31_000, [otherHousehold, site]);
    expect([await from(newAddress(), site), await from(newAddress(), newAddress())]).toEqual([false, true]);
  });

  test.concurrent('may be tried once more under a lock in a browser that knows the reader', async () => {
    const [{ patronId, libraryCard }, guessed] = [await newReader(), await newReader()];
    const lock = async (number: string) => {
      for (let failure = 1; failure <= failuresPerNumber; failure += 1) {
        await authenticate(number, '0000');
      }
    };
    const known = { knownBrowser: true };
    await lock(libraryCard);
    expect(await authenticate(libraryCard, pin)).toEqual(nobody);
    expect(await authenticate(libraryCard, pin, newAddress(), known)).toEqual({
      reader: { patronId },
      problems: [],
    });
    // The right PIN has ended the lock.
    expect(await authenticate(libraryCard, pin)).not.toEqual(nobody);
    await lock(guessed.libraryCard);
    for (let failure = 1; failure <= failuresOfKnownBrowsers; failure += 1) {
      expect(await authenticate(guessed.libraryCard, '0000', newAddress(), known)).toEqual(nobody);
    }
    expect(await authenticate(guessed.libraryCard, pin, newAddress(), known)).toEqual(nobody);
  });

  // This test runs alone. For one number only three tries run at a time, and other tries wait at most 300 ms.
  test('may be right many times at once from one address', async () => {
    const { patronId, libraryCard } = await newReader();
    const address = newAddress();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => authenticate(libraryCard, pin, address)),
    );
    expect(answers).toEqual(answers.map(() => ({ reader: { patronId }, problems: [] })));
  });

  test.concurrent.each([
    { widerNetworks: ['short'] },
    { widerNetworks: ['a', 'b', 'c'].map((letter) => letter.repeat(20)) },
  ])('need hashed networks, two at most, not %j', async (more) => {
    const { body } = await askToAuthenticate('21852000009992', pin, newAddress(), more);
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.concurrent.each(['', 'short', `${'x'.repeat(129)}`, '203.0.113.7 is in clear'])(
    'need a hashed address, not %j',
    async (address) => {
      const { body } = await askToAuthenticate('21852000009992', pin, address);
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );

  // These tests run alone, because they count calls or make a system fail.
  test('cause the same calls, whether or not the number exists', async () => {
    const { libraryCard } = await newReader();
    const { cms } = library.system.legacy;
    const callsFor = async (number: string, given: string) => {
      cms.resetCalls();
      await authenticate(number, given);
      return [...cms.calls];
    };
    const right = await callsFor(libraryCard, pin);
    expect(right).toEqual([
      ['VerifyPin', 1],
      ['GetCardsByNumber', 1],
    ]);
    expect(await callsFor(libraryCard, '0000')).toEqual(right);
    expect(await callsFor('21852000009992', pin)).toEqual(right);
  });

  test('are locked for all addresses before card management locks the PIN at stations and for partners', async () => {
    const { libraryCard } = await newReader();
    const { cms } = library.system.legacy;
    cms.resetCalls();
    for (let failure = 1; failure <= failuresPerNumber + 3; failure += 1) {
      await authenticate(libraryCard, '0000');
    }
    expect(cms.calls.get('VerifyPin')).toBe(failuresPerNumber);
    expect(await authenticate(libraryCard, pin)).toEqual(nobody);
    const query = 'query ($reader: CardAndPin!) { readerLoans(reader: $reader) { totalCount } }';
    const reader = { libraryCardNumber: libraryCard, pin };
    expect(await library.read(query, { reader }, library.telephone)).toEqual({
      readerLoans: { totalCount: 0 },
    });
    // A new PIN removes the lock.
    await library.change('setPin', { libraryCardNumber: libraryCard, newPin: '1352' });
    expect(await authenticate(libraryCard, '1352')).not.toEqual(nobody);
  });

  test('R26: that couldn’t be checked are an error, and not a failure', async () => {
    const { libraryCard } = await newReader();
    const address = newAddress();
    const { cms } = library.system.legacy;
    await cms.stop();
    for (let attempt = 1; attempt <= failuresPerNumber + 1; attempt += 1) {
      const { body } = await askToAuthenticate(libraryCard, pin, address);
      expect(body.data).toEqual({ authenticateReader: null });
      expect(body.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    }
    await cms.start();
    expect(await authenticate(libraryCard, pin, address)).not.toEqual(nobody);
  });
});

test('a wrong PIN counts even if the card can’t be read, because card management counts it too', {
  timeout: 60_000,
}, async () => {
  const { patronId, libraryCard } = await newReader();
  const address = newAddress();
  const { cms } = library.system.legacy;
  cms.resetCalls();
  cms.faults.set([{ kind: 'wrong-element', operations: ['GetCardsByNumber'] }]);
  for (let failure = 1; failure <= failuresPerNumberAndAddress; failure += 1) {
    const { body } = await askToAuthenticate(libraryCard, '0000', address);
    expect(body.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } }]);
  }
  for (let failure = 1; failure <= 3; failure += 1) {
    expect(await authenticate(libraryCard, '0000', address)).toEqual(nobody);
  }
  expect(cms.calls.get('VerifyPin')).toBe(failuresPerNumberAndAddress);
  // While nobody knows whether the card is in use, a right PIN counts neither as a success nor as a failure.
  for (let attempt = 1; attempt <= failuresPerNumber; attempt += 1) {
    await askToAuthenticate(libraryCard, pin, newAddress());
  }
  cms.faults.clear();
  expect(await authenticate(libraryCard, pin, address)).toEqual(nobody);
  expect(await authenticate(libraryCard, pin)).toEqual({ reader: { patronId }, problems: [] });
});

describe('while the library as a whole has many failures', { timeout: 60_000 }, () => {
  test('an address has a tenth of its tries, and the page stays open', async () => {
    const { libraryCard, patronId } = await newReader();
    using journal = openTablesOf(library.system);
    journal.exec(`insert into attempts (id, key, about, at, ends_at)
      with recursive failures (number) as
        (select 1 union all select number + 1 from failures where number < ${failuresOfLibrary})
      select printf('failure%015d', number), 'sign-in all', null, ${Date.now()}, ${Date.now() + 60_000} from failures`);
    const guesser = newAddress();
    for (let failure = 0; failure < failuresPerAddressUnderAttack; failure += 1) {
      await authenticate(`218520000${40_000 + failure}`, pin, guesser);
    }
    expect(await authenticate(libraryCard, pin, guesser)).toEqual(nobody);
    expect(await authenticate(libraryCard, pin)).toEqual({ reader: { patronId }, problems: [] });
    journal.exec("delete from attempts where key = 'sign-in all'");
    expect(await authenticate(libraryCard, pin, guesser)).toEqual({ reader: { patronId }, problems: [] });
  });
});

describe('a one-time code', { timeout: 60_000 }, () => {
  test.concurrent('sets a card’s first PIN, once, for the patron', async () => {
    const { patronId, libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
    expect(await authenticate(libraryCard, '')).toEqual(nobody);
    const code = await codeFor(libraryCard);
    const spelt = `${code.slice(0, 4)} ${code.slice(4)}`;
    expect(await setPin(libraryCard, spelt, '1470')).toEqual({ reader: { patronId }, problems: [] });
    expect(await authenticate(libraryCard, '1470')).toEqual({ reader: { patronId }, problems: [] });
    // The same PIN may be sent again with the same code, for example after a lost answer. Another PIN needs another
    // code.
    expect(await setPin(libraryCard, code, '1470')).toEqual({ reader: { patronId }, problems: [] });
    expect(await setPin(libraryCard, code, '3690')).toEqual(noReader);
    expect(await authenticate(libraryCard, '1470')).toEqual({ reader: { patronId }, problems: [] });
    expect(await accessLog(patronId)).toEqual(
      expect.arrayContaining(['CHANGED credential.pin PATRON sign-in', 'CHANGED credential.pinCode STAFF']),
    );
  });

  test.concurrent('ends the locks that wrong PINs have caused', async () => {
    const { libraryCard } = await newReader();
    for (let failure = 1; failure <= failuresPerNumber; failure += 1) {
      await authenticate(libraryCard, '0000');
    }
    expect(await authenticate(libraryCard, pin)).toEqual(nobody);
    await setPin(libraryCard, await codeFor(libraryCard), '1470');
    expect(await authenticate(libraryCard, '1470')).not.toEqual(nobody);
  });

  test.concurrent('is returned again to its caller under the same reference, and to nobody else', async () => {
    const { libraryCard } = await newReader();
    const reference = randomUUID();
    expect(await codeFor(libraryCard, reference)).toBe(await codeFor(libraryCard, reference));
    const query = `query ($reference: ID!) {
      operation(reference: $reference) { kind ... on CreatePinCodeOperation { expiresAt credential { libraryCardNumber } } }
    }`;
    const { operation } = await library.read<{ operation: { expiresAt: string } }>(query, { reference });
    expect(operation).toMatchObject({
      kind: 'CREATE_PIN_CODE',
      credential: { libraryCardNumber: libraryCard },
    });
    const minutes = (Date.parse(operation.expiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(14);
    expect(minutes).toBeLessThanOrEqual(15.1);
  });

  test.concurrent('is void once there is a newer one, and for another card', async () => {
    const { patronId, smartId, libraryCard } = await newReader();
    const first = await codeFor(libraryCard);
    const ofSmartId = await codeFor(smartId);
    const second = await codeFor(libraryCard);
    expect(await setPin(libraryCard, first, '1470')).toEqual(noReader);
    expect(await setPin(libraryCard, ofSmartId, '1470')).toEqual(noReader);
    expect(await setPin(libraryCard, second, '1470')).toEqual({ reader: { patronId }, problems: [] });
    expect(await setPin(smartId, ofSmartId, '1470')).toEqual({ reader: { patronId }, problems: [] });
  });

  test.concurrent('R28: that is wrong has the same answer as an unknown number, in text and time', async () => {
    const { libraryCard } = await newReader();
    const lost = await newReader();
    const ofLost = await codeFor(lost.libraryCard);
    await library.change('reportLoss', { libraryCardNumber: lost.libraryCard });
    const code = await codeFor(libraryCard);
    const cases = [
      [libraryCard, other(code)],
      [libraryCard, ''],
      ['21852000009992', code],
      ['', code],
      [lost.libraryCard, ofLost],
    ] as const;
    for (const [number, given] of cases) {
      const started = performance.now();
      expect(await setPin(number, given, '1470')).toEqual(noReader);
      expect(performance.now() - started).toBeGreaterThanOrEqual(verificationFloorMs - 5);
    }
  });

  test.concurrent('can be guessed a few times, and then even the right one is refused from that address', async () => {
    const { libraryCard } = await newReader();
    const code = await codeFor(libraryCard);
    const guesser = newAddress();
    for (let guess = 1; guess <= wrongCodesPerAddress; guess += 1) {
      await setPin(libraryCard, other(code), '1470', guesser);
    }
    expect(await setPin(libraryCard, code, '1470', guesser)).toEqual(noReader);
    expect(await setPin(libraryCard, code, '1470')).not.toEqual(noReader);
  });

  test.concurrent('is not checked for a malformed PIN, and can be used afterwards', async () => {
    const { libraryCard } = await newReader();
    const code = await codeFor(libraryCard);
    const invalid = {
      reader: null,
      problems: [{ code: 'INVALID', message: expect.any(String), field: ['newPin'] }],
    };
    for (const given of [code, other(code)]) {
      expect(await setPin(libraryCard, given, '12')).toEqual(invalid);
    }
    expect(await setPin(libraryCard, code, '1470')).not.toEqual(noReader);
  });

  test.concurrent('sets no PIN that is the date of birth, and can be used for another one', async () => {
    const born = newApplicant({ dateOfBirth: '1980-07-26' });
    const { patronId, libraryCard } = await library.join(born, ['LIBRARY_CARD']);
    const code = await codeFor(libraryCard);
    expect(await setPin(libraryCard, other(code), '2607')).toEqual(noReader);
    const invalid = { code: 'INVALID', message: expect.any(String), field: ['newPin'] };
    expect(await setPin(libraryCard, code, '2607')).toEqual({ reader: null, problems: [invalid] });
    expect(await setPin(libraryCard, code, '1470')).toEqual({ reader: { patronId }, problems: [] });
  });

  // These tests run alone, because they count calls or make a system fail.
  test('can be used again if another operation held the card', async () => {
    const { patronId, libraryCard } = await newReader();
    const code = await codeFor(libraryCard);
    const { cms } = library.system.legacy;
    cms.faults.set([{ kind: 'reset-before', operations: ['ChangePin'] }]);
    const reference = randomUUID();
    const theirs = { reference, libraryCardNumber: libraryCard, newPin: '8643' };
    expect(await library.change('setPin', theirs)).toMatchObject({
      operation: { state: 'UNSETTLED' },
    });
    const { body } = await askToSet(libraryCard, code, '1470', newAddress());
    expect(body.data).toEqual({ setPinByCode: null });
    expect(body.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    cms.faults.clear();
    await library.untilDone(reference);
    expect(await setPin(libraryCard, code, '1470')).toEqual({ reader: { patronId }, problems: [] });
  });

  test('is used up by a PIN whose answer was lost and which is set later', async () => {
    const { patronId, libraryCard } = await newReader();
    const code = await codeFor(libraryCard);
    const { cms } = library.system.legacy;
    cms.faults.set([{ kind: 'reset-before', operations: ['ChangePin'] }]);
    const { body } = await askToSet(libraryCard, code, '1470', newAddress());
    expect(body.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(await setPin(libraryCard, code, '3690')).toEqual(noReader);
    cms.faults.clear();
    const again = async () => (await askToSet(libraryCard, code, '1470', newAddress())).body.data;
    await eventually(again).toEqual({ setPinByCode: { reader: { patronId }, problems: [] } });
    expect(await authenticate(libraryCard, '1470')).toEqual({ reader: { patronId }, problems: [] });
  });

  test('R30: is stored nowhere', async () => {
    const { libraryCard } = await newReader();
    const code = await codeFor(libraryCard);
    await setPin(libraryCard, code, '1470');
    using journal = openTablesOf(library.system);
    const tables = journal.prepare("select name from sqlite_master where type = 'table'").all();
    const rows = tables.flatMap(({ name }) => journal.prepare(`select * from "${name}"`).all());
    expect(rows.length).toBeGreaterThan(10);
    expect(JSON.stringify(rows)).not.toContain(code);
    expect(library.system.log.join('\n')).not.toContain(code);
  });
});

describe('a reader’s standing, for a partner', () => {
  const standing = async (patronId: string, partner: string) => {
    const query =
      'query ($patronId: ID!, $partner: String!) { readerStanding(patronId: $patronId, partner: $partner) { pseudonym inGoodStanding } }';
    const { readerStanding } = await library.read<{
      readerStanding: { pseudonym: string; inGoodStanding: boolean };
    }>(query, { patronId, partner }, signIn);
    return readerStanding;
  };

  test('R28: is the same that the partner learns by number and PIN, under the same pseudonym', async () => {
    const { patronId, libraryCard } = await newReader();
    const partner = await library.system.token({ subject: 'p', clientId: 'hyread', scope: 'partner:verify' });
    const { verifyPatron } = await library.read<{ verifyPatron: { pseudonym: string } }>(
      mutationOf('verifyPatron', 'pseudonym'),
      { input: { libraryCardNumber: libraryCard, pin } },
      partner,
    );
    const stands = await standing(patronId, 'hyread');
    expect(stands).toEqual({ pseudonym: verifyPatron.pseudonym, inGoodStanding: true });
    expect((await standing(patronId, 'another')).pseudonym).not.toBe(stands.pseudonym);
  });

  test('R28: has the age group of the registry’s date of birth, and none for a stranger', async () => {
    const query =
      'query ($patronId: ID!) { readerStanding(patronId: $patronId, partner: "comics") { ageBand } }';
    const ageBandOf = async (patronId: string) =>
      (await library.read<{ readerStanding: { ageBand: string | null } }>(query, { patronId }, signIn))
        .readerStanding.ageBand;
    expect(await ageBandOf('P0000001')).toBe('ADULT');
    expect(await ageBandOf('P9999999')).toBeNull();
  });

  test('R15: is not good without a usable card, for a suspended patron, and for a stranger', async () => {
    const { patronId, smartId, libraryCard } = await newReader();
    await library.change('surrenderLibraryCard', { libraryCardNumber: libraryCard });
    expect(await standing(patronId, 'hyread')).toMatchObject({ inGoodStanding: true });
    await library.change('reportLoss', { libraryCardNumber: smartId, onReplacement: 'CONTINUE' });
    expect(await standing(patronId, 'hyread')).toMatchObject({ inGoodStanding: false });
    // This patron is suspended in the seed.
    expect(await standing('P0000013', 'hyread')).toMatchObject({ inGoodStanding: false });
    expect(await standing('P9999999', 'hyread')).toMatchObject({ inGoodStanding: false });
  });
});
