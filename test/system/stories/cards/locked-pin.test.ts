import { afterAll, beforeAll, expect, test } from 'vitest';
import { rootField } from '../../running-system.ts';
import { join, type Library, openLibrary } from '../library.ts';
import { stranger } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

const never = new AbortController().signal;

/** A new reader with a library card and a PIN: the number of the card. */
async function reader(): Promise<string> {
  const { libraryCard } = await join(library, stranger(), ['LIBRARY_CARD']);
  await setPin(libraryCard, '1470');
  return libraryCard;
}

interface Payload {
  readonly operation: { readonly state: string };
  readonly pinLockedUntil: string | null;
}

async function setPin(libraryCardNumber: string, newPin: string) {
  const query = `mutation ($input: SetPinInput!) {
    setPin(input: $input) { operation { state } pinLockedUntil }
  }`;
  const input = { reference: `pin ${newPin} of ${libraryCardNumber}`, libraryCardNumber, newPin };
  const { body } = await library.system.ask(query, { token: library.counter, variables: { input } });
  return body;
}

/** Five wrong PINs: more than one client of the graph can give. */
async function lockPin(libraryCardNumber: string): Promise<void> {
  for (let wrong = 0; wrong < 5; wrong += 1) {
    await library.behind.cards.verifyPin(libraryCardNumber, '0000', never);
  }
}

test('a PIN that is not locked is set and can be used at once', async () => {
  const number = await reader();
  expect(rootField<Payload>(await setPin(number, '2580'), 'setPin')).toMatchObject({
    operation: { state: 'DONE' },
    pinLockedUntil: null,
  });
  expect(await library.behind.cards.verifyPin(number, '2580', never)).toMatchObject({ verified: true });
});

test('a new PIN on a locked one is set, and the answer says until when it can’t be used', async () => {
  const number = await reader();
  await lockPin(number);
  const body = await setPin(number, '2580');
  expect(body.errors).toBeUndefined();
  const payload = rootField<Payload>(body, 'setPin');
  expect(payload).toMatchObject({ operation: { state: 'DONE' }, pinLockedUntil: expect.any(String) });
  const minutes = (Date.parse(payload.pinLockedUntil ?? '') - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(10);
  expect(minutes).toBeLessThanOrEqual(15);
});

test('to ask about the lock counts as no failure: three wrong ones before it are forgotten, not made four', async () => {
  const number = await reader();
  for (let wrong = 0; wrong < 3; wrong += 1) {
    await library.behind.cards.verifyPin(number, '0000', never);
  }
  await setPin(number, '2580');
  for (let wrong = 0; wrong < 4; wrong += 1) {
    const verdict = await library.behind.cards.verifyPin(number, '0000', never);
    expect(verdict).toMatchObject({ lockedUntil: null });
  }
});

test('where card management does not say, the PIN is set all the same, and the lock is unknown and not asked again', async () => {
  const number = await reader();
  library.system.legacy.cms.faults.set([{ kind: 'busy', operations: ['VerifyPin'] }]);
  library.system.legacy.cms.resetCalls();
  const body = await setPin(number, '2580');
  library.system.legacy.cms.faults.clear();
  expect(body).toMatchObject({
    data: { setPin: { operation: { state: 'DONE' }, pinLockedUntil: null } },
    errors: [{ path: ['setPin', 'pinLockedUntil'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
  });
  expect(library.system.legacy.cms.calls.get('VerifyPin')).toBe(1);
  expect(await library.behind.cards.verifyPin(number, '2580', never)).toMatchObject({ verified: true });
});
