/**
 * Card number and PIN by telephone and at stations. Failures are counted by client, in the same way as for partners.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  failuresPerClient,
  failuresPerNumber,
} from '../../../../subgraphs/operations/attempts/pin-attempts.ts';
import { openTablesOf } from '../../journal-of.ts';
import type { Answer } from '../../running-system.ts';
import { eventually } from '../../stories/callers.ts';
import { libraryForTests } from '../../stories/library.ts';

const library = libraryForTests();

let clients = 0;
/** A token of a new telephone service or station, which has sent no requests yet. */
function newClient(scope: string): Promise<string> {
  clients += 1;
  return library.system.token({ subject: `${scope} ${clients}`, clientId: `client ${clients}`, scope });
}

interface Renewed {
  readonly operation: { readonly reference: string; readonly state: string };
  readonly problems: readonly {
    readonly code: string;
    readonly message: string;
    readonly mayRetryAt: string | null;
  }[];
}

const pin = '2583';

async function newReader(): Promise<string> {
  return (await library.joinWithPin(pin)).libraryCard;
}

function ask(
  token: string,
  libraryCardNumber: string,
  given: string,
  reference: string = randomUUID(),
  options: { readonly signal?: AbortSignal } = {},
): Promise<Answer> {
  const selection = 'operation { reference state } problems { code message mayRetryAt }';
  const input = { reference, reader: { cardAndPin: { libraryCardNumber, pin: given } } };
  return library.system.mutate('renewAllLoans', selection, input, { token, ...options });
}

async function renew(...asked: Parameters<typeof ask>): Promise<Renewed> {
  const { body } = await ask(...asked);
  expect(body.errors).toBeUndefined();
  return body.data?.renewAllLoans as Renewed;
}

const codes = ({ problems }: Renewed) => problems.map(({ code }) => code);
const pinsAsked = () => library.system.legacy.cms.calls.get('VerifyPin') ?? 0;

describe.each(['telephone', 'station', 'circulation:write'])('R10: with %s', (scope) => {
  test('a number is locked for a day after four wrong PINs, whether or not it exists', async () => {
    const client = await newClient(scope);
    const lockOut = async (number: string) => {
      for (let guess = 1; guess <= failuresPerNumber; guess += 1) {
        expect(codes(await renew(client, number, '0000'))).toEqual(['WRONG_NUMBER_OR_PIN']);
      }
      return await renew(client, number, pin);
    };
    const reader = await newReader();
    const [known, ...unknown] = await Promise.all([reader, '21852000008887', 'no number'].map(lockOut));
    expect(known).toMatchObject({
      operation: { state: 'REFUSED' },
      problems: [{ code: 'PIN_LOCKED', mayRetryAt: expect.any(String) }],
    });
    const hours = (Date.parse(known?.problems[0]?.mayRetryAt ?? '') - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(24.1);
    for (const { problems } of unknown) {
      expect(problems).toEqual([{ ...known?.problems[0], mayRetryAt: expect.any(String) }]);
    }
    // Other clients are not locked out, and card management itself has no lock.
    expect(await renew(await newClient(scope), reader, pin)).toMatchObject({ operation: { state: 'DONE' } });
  });
});

test('a client that tries one PIN on many numbers is stopped, and other clients are not', async () => {
  const client = await newClient('telephone');
  const numbers = Array.from({ length: 320 }, (_, index) => `2185200001${1_000 + index}`);
  const before = pinsAsked();
  const answers = await Promise.all(numbers.map((number) => renew(client, number, '1234')));
  const count = (code: string) => answers.filter((answer) => codes(answer).includes(code)).length;
  expect(count('WRONG_NUMBER_OR_PIN')).toBe(failuresPerClient);
  expect(count('TOO_MANY_REQUESTS')).toBe(numbers.length - failuresPerClient);
  expect(pinsAsked() - before).toBeLessThanOrEqual(failuresPerClient);
  const reader = await newReader();
  const [problem] = (await renew(client, reader, pin)).problems;
  expect(problem).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  const minutes = (Date.parse(problem?.mayRetryAt ?? '') - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(13);
  expect(minutes).toBeLessThanOrEqual(16);
  expect(await renew(await newClient('telephone'), reader, pin)).toMatchObject({
    operation: { state: 'DONE' },
  });
});

test('failures are counted by client application, or by user if the token names no client', async () => {
  const reader = await newReader();
  const guess = async (claims: { subject: string; clientId?: string }) =>
    codes(await renew(await library.system.token({ ...claims, scope: 'station' }), reader, '0000'));
  for (let count = 1; count <= failuresPerNumber; count += 1) {
    await guess({ subject: `desk ${count}`, clientId: 'terminals' });
  }
  expect(await guess({ subject: 'desk 9', clientId: 'terminals' })).toEqual(['PIN_LOCKED']);
  expect(await guess({ subject: 'terminals' })).toEqual(['WRONG_NUMBER_OR_PIN']);
});

test('R30: stored counts contain neither the number nor the client', async () => {
  const [reader, client] = [await newReader(), await newClient('telephone')];
  await renew(client, reader, '0000');
  using journal = openTablesOf(library.system);
  const rows = journal.prepare('select key, about from attempts').all();
  expect(rows.length).toBeGreaterThanOrEqual(2);
  // The journal stores only keyed hashes.
  for (const { key, about } of rows) {
    expect(key).toMatch(/^(?:right )?client [\w-]{43}(?: number [\w-]{43})?$/);
    expect(about ?? 'number '.padEnd(50, 'x')).toMatch(/^number [\w-]{43}$/);
  }
});

test('a right PIN and a changed PIN reset the count', async () => {
  const [reader, client] = [await newReader(), await newClient('telephone')];
  for (let round = 1; round <= 3; round += 1) {
    for (let guess = 1; guess < failuresPerNumber; guess += 1) {
      await renew(client, reader, '0000');
    }
    expect(await renew(client, reader, pin)).toMatchObject({ operation: { state: 'DONE' } });
  }
  while (!codes(await renew(client, reader, '0000')).includes('PIN_LOCKED')) {}
  await library.change('setPin', { libraryCardNumber: reader, newPin: '8643' });
  expect(await renew(client, reader, '8643')).toMatchObject({ operation: { state: 'DONE' } });
});

test('right PINs that are sent in parallel are never called wrong', async () => {
  const [reader, client] = [await newReader(), await newClient('telephone')];
  const { cms } = library.system.legacy;
  cms.faults.set([{ kind: 'delay', delayMs: 600, operations: ['VerifyPin'] }]);
  const answers = await Promise.all(Array.from({ length: 30 }, () => renew(client, reader, pin)));
  cms.faults.clear();
  const allCodes = answers.flatMap(codes);
  expect(allCodes.filter((code) => code !== 'SYSTEM_UNAVAILABLE')).toEqual([]);
  expect(allCodes.length).toBeLessThan(answers.length);
});

test('a wrong PIN counts even if the client disconnects before the answer', async () => {
  const [reader, client] = [await newReader(), await newClient('telephone')];
  const { cms } = library.system.legacy;
  cms.faults.set([{ kind: 'delay', delayMs: 500, operations: ['VerifyPin'] }]);
  for (let guess = 1; guess <= failuresPerNumber; guess += 1) {
    const leave = new AbortController();
    const left = expect(ask(client, reader, '0000', randomUUID(), { signal: leave.signal })).rejects.toThrow(
      'abort',
    );
    await expect.poll(() => cms.faults.status.faults[0]?.hits).toBe(guess);
    leave.abort();
    await left;
  }
  cms.faults.clear();
  expect(codes(await renew(client, reader, pin))).toEqual(['PIN_LOCKED']);
  expect(await renew(await newClient('telephone'), reader, pin)).toMatchObject({
    operation: { state: 'DONE' },
  });
});

test('R15, R17: a right PIN is not a failure, even if the operation is refused', async () => {
  const [reader, client] = [await newReader(), await newClient('station')];
  await library.change('reportLoss', { libraryCardNumber: reader });
  for (let time = 1; time <= failuresPerNumber + 1; time += 1) {
    expect(codes(await renew(client, reader, pin))).toEqual(['CREDENTIAL_NOT_ACTIVE']);
  }
});

test('R26: a PIN that couldn’t be checked is not a failure', async () => {
  const [reader, client] = [await newReader(), await newClient('telephone')];
  const { cms } = library.system.legacy;
  await cms.stop();
  for (let time = 1; time <= failuresPerNumber + 1; time += 1) {
    expect(codes(await renew(client, reader, pin))).toEqual(['SYSTEM_UNAVAILABLE']);
  }
  await cms.start();
  await eventually(async () => (await renew(client, reader, pin)).operation.state).toBe('DONE');
});

test('a wrong PIN counts even if the card can’t be read, because card management counts it too', async () => {
  const [reader, client] = [await newReader(), await newClient('telephone')];
  const { cms } = library.system.legacy;
  cms.faults.set([{ kind: 'wrong-element', operations: ['GetCardsByNumber'] }]);
  for (let guess = 1; guess <= failuresPerNumber; guess += 1) {
    expect(codes(await renew(client, reader, '0000'))).toEqual(['SYSTEM_UNAVAILABLE']);
  }
  for (let guess = 1; guess <= 2; guess += 1) {
    expect(codes(await renew(client, reader, '0000'))).toEqual(['PIN_LOCKED']);
  }
  cms.faults.clear();
  expect(codes(await renew(client, reader, pin))).toEqual(['PIN_LOCKED']);
  expect(await renew(await newClient('telephone'), reader, pin)).toMatchObject({
    operation: { state: 'DONE' },
  });
});

test('a wrong PIN that is sent again under the same reference is checked and counted once', async () => {
  const [reader, client] = [await newReader(), await newClient('telephone')];
  const before = pinsAsked();
  const first = await renew(client, reader, '0000', 'once');
  for (let again = 1; again <= failuresPerNumber + 1; again += 1) {
    expect(await renew(client, reader, '0000', 'once')).toEqual(first);
  }
  expect(pinsAsked() - before).toBe(1);
  expect(await renew(client, reader, pin)).toMatchObject({ operation: { state: 'DONE' } });
});
