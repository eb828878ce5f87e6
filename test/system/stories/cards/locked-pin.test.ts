import { expect, test } from 'vitest';
import { mutationOf } from '../../../support/mutation.ts';
import { rootField } from '../../running-system.ts';
import { libraryForTests, never } from '../library.ts';
import { newApplicant } from '../people.ts';

const library = libraryForTests();

/** Makes a new reader with a library card and a PIN. Resolves to the card's number. */
async function reader(): Promise<string> {
  const { libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  await setPin(libraryCard, '1470');
  return libraryCard;
}

interface Payload {
  readonly operation: { readonly state: string };
  readonly pinLockedUntil: string | null;
}

async function setPin(libraryCardNumber: string, newPin: string) {
  const query = mutationOf('setPin', 'operation { state } pinLockedUntil');
  const input = { reference: `pin ${newPin} of ${libraryCardNumber}`, libraryCardNumber, newPin };
  const { body } = await library.system.ask(query, { token: library.counter, variables: { input } });
  return body;
}

/** Tries five wrong PINs directly at card management, because the graph would stop a client earlier. */
const lockPin = (libraryCardNumber: string) => tryWrongPins(libraryCardNumber, 5);

async function tryWrongPins(libraryCardNumber: string, count: number): Promise<void> {
  for (let wrong = 0; wrong < count; wrong += 1) {
    await library.behind.cards.verifyPin(libraryCardNumber, '0000', never);
  }
}

test('a PIN that is not locked can be set and used at once', async () => {
  const number = await reader();
  expect(rootField<Payload>(await setPin(number, '2583'), 'setPin')).toMatchObject({
    operation: { state: 'DONE' },
    pinLockedUntil: null,
  });
  expect(await library.behind.cards.verifyPin(number, '2583', never)).toMatchObject({ verified: true });
});

test('a locked PIN can be set, and the answer says until when it stays locked', async () => {
  const number = await reader();
  await lockPin(number);
  const body = await setPin(number, '2583');
  expect(body.errors).toBeUndefined();
  const payload = rootField<Payload>(body, 'setPin');
  expect(payload).toMatchObject({ operation: { state: 'DONE' }, pinLockedUntil: expect.any(String) });
  const minutes = (Date.parse(payload.pinLockedUntil ?? '') - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(10);
  expect(minutes).toBeLessThanOrEqual(15);
});

test('asking about the lock doesn’t count as a wrong PIN: four more are possible afterwards', async () => {
  const number = await reader();
  await tryWrongPins(number, 3);
  await setPin(number, '2583');
  for (let wrong = 0; wrong < 4; wrong += 1) {
    const verdict = await library.behind.cards.verifyPin(number, '0000', never);
    expect(verdict).toMatchObject({ lockedUntil: null });
  }
});

test('if card management doesn’t answer about the lock, the PIN is set all the same, and it is not asked again', async () => {
  const number = await reader();
  library.system.legacy.cms.faults.set([{ kind: 'busy', operations: ['VerifyPin'] }]);
  library.system.legacy.cms.resetCalls();
  const body = await setPin(number, '2583');
  library.system.legacy.cms.faults.clear();
  expect(body).toMatchObject({
    data: { setPin: { operation: { state: 'DONE' }, pinLockedUntil: null } },
    errors: [{ path: ['setPin', 'pinLockedUntil'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
  });
  expect(library.system.legacy.cms.calls.get('VerifyPin')).toBe(1);
  expect(await library.behind.cards.verifyPin(number, '2583', never)).toMatchObject({ verified: true });
});
