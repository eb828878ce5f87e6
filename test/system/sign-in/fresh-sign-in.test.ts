/** The actions that a reader may do only shortly after signing in, over HTTP. */
import { expect, test } from 'vitest';
import { systemForEachTest } from '../system-for-tests.ts';

// A new PIN would end the sign-ins of other tests, so each test has a system of its own.
const system = systemForEachTest();
const patronId = 'P0000002';
const libraryCardNumber = '21852000000033';

const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

/** Sends a mutation, and resolves to the code of its error; null if it has none. */
async function codeOf(field: string, input: object, token: string): Promise<string | null> {
  const { body } = await system.mutate(field, 'operation { state }', input, { token });
  return body.errors?.[0]?.extensions?.code ?? null;
}

const smartId = '21852000000041';

const changes = [
  ['setPin', { libraryCardNumber, newPin: '2583' }],
  ['amendContact', { reader: { patronId }, version: 'none', telephone: '21234567' }],
  ['discontinueSmartId', { libraryCardNumber: smartId }],
  ['reportLoss', { libraryCardNumber: smartId, onReplacement: 'DISCONTINUE' }],
] as const;

test.each(changes)(
  'a reader who signed in long ago, or nobody knows when, may not %s',
  async (field, input) => {
    const long = await system.token({ patronId, signedInAt: secondsAgo(602) });
    expect(await codeOf(field, { reference: `long ${field}`, ...input }, long)).toBe('FRESH_SIGN_IN_NEEDED');
    const recently = await system.token({ patronId, signedInAt: secondsAgo(590) });
    expect(await codeOf(field, { reference: `recently ${field}`, ...input }, recently)).toBeNull();
  },
);

test('a reader who signed in long ago may report a loss, so that the card is blocked at once', async () => {
  const token = await system.token({ patronId, signedInAt: secondsAgo(3000) });
  const loss = { reference: 'loss', libraryCardNumber };
  const { body } = await system.mutate('reportLoss', 'operation { state }', loss, { token });
  expect(body.data).toEqual({ reportLoss: { operation: { state: 'DONE' } } });
});

test('a loss ends all sign-ins of the patron, also the one that reported it', async () => {
  const thief = await system.token({ patronId, signedInAt: secondsAgo(60) });
  const loss = { reference: 'theft', libraryCardNumber };
  const { body } = await system.mutate('reportLoss', 'operation { state }', loss, { token: thief });
  expect(body.data).toEqual({ reportLoss: { operation: { state: 'DONE' } } });
  const read = async () => (await system.ask('{ me { id } }', { token: thief })).status;
  await expect.poll(read, { timeout: 5_000 }).toBe(401);
});

test.each([...changes, ['reportLoss', { libraryCardNumber }]] as const)(
  'a thief whose sign-in has ended may not %s, before the gateway knows of it',
  async (field, input) => {
    const thief = await system.token({ patronId, signedInAt: secondsAgo(60) });
    const { body } = await system.ask('{ me { version } }', { token: thief });
    const { version } = (body.data as { me: { version: string } }).me;
    const staff = await system.token({ scope: 'credentials:write' });
    const pin = { libraryCardNumber, newPin: '2583' };
    await system.change('setPin', 'operation { state }', pin, { token: staff });
    // The gateway reads every second which sign-ins have ended. If it has just read it, it refuses the token itself.
    const sent = { ...input, ...('version' in input && { version }), reference: `thief ${field}` };
    const answer = await system.mutate(field, 'operation { state } problems { message }', sent, {
      token: thief,
    });
    const refused = {
      operation: { state: 'REFUSED' },
      problems: [{ message: 'Your sign-in has ended, and nothing was changed: sign in again.' }],
    };
    if (answer.status !== 401) {
      expect(answer.body.data).toEqual({ [field]: refused });
    }
    const read = async () => (await system.ask('{ me { id } }', { token: thief })).status;
    await expect.poll(read, { timeout: 5_000 }).toBe(401);
  },
);

test('closing a record ends the patron’s sign-ins, and a suspended patron still reads', async () => {
  const staff = await system.token({ scope: 'patrons:write patrons:read' });
  const signedInAt = secondsAgo(60);
  const statusOf = async (token: string) => (await system.ask('{ me { status } }', { token })).status;
  const reader = await system.token({ patronId: 'P0000004', signedInAt });
  const suspended = await system.token({ patronId: 'P0000003', signedInAt });
  const state = 'operation { state } problems { code }';
  for (const [field, id] of [
    ['closePatron', 'P0000004'],
    ['suspendPatron', 'P0000003'],
  ] as const) {
    expect(await system.change(field, state, { patronId: id }, { token: staff })).toMatchObject({
      operation: { state: 'DONE' },
    });
  }
  await expect.poll(() => statusOf(reader), { timeout: 5_000 }).toBe(401);
  expect(await statusOf(suspended)).toBe(200);
});

test.each([
  ['in ages', () => 1e300],
  ['within a second', () => 1.5],
  ['in a minute', () => secondsAgo(-60)],
])('a sign-in %s, which was never, is no sign-in', async (_when, signedInAt) => {
  const token = await system.token({ patronId, signedInAt: signedInAt() });
  const { status } = await system.ask('{ me { id } }', { token });
  expect(status).toBe(401);
});

test('a reader may set a PIN ten times in an hour, and staff then still may', async () => {
  const token = await system.token({ patronId });
  const setPin = (number: number, by: string) =>
    codeOf('setPin', { reference: `pin ${number}`, libraryCardNumber, newPin: `258${number % 10}` }, by);
  for (let number = 0; number < 10; number += 1) {
    expect(await setPin(number, token)).toBeNull();
  }
  expect(await setPin(10, token)).toBe('RATE_LIMITED');
  expect(await setPin(11, await system.token({ scope: 'credentials:write' }))).toBeNull();
});

test('staff act for others, and need no recent sign-in', async () => {
  const staff = await system.token({ scope: 'credentials:write patrons:write' });
  for (const [field, input] of changes) {
    expect(await codeOf(field, { reference: `staff ${field}`, ...input }, staff)).toBeNull();
  }
});

test('all of a reader’s data begins with a recent sign-in, and the rest of the answer stands', async () => {
  const token = await system.token({ patronId, signedInAt: secondsAgo(602) });
  const { body } = await system.ask('{ me { dataExportedAt name { chinese } } }', { token });
  expect(body.data).toEqual({ me: { dataExportedAt: null, name: { chinese: '李小明' } } });
  expect(body.errors).toMatchObject([
    { path: ['me', 'dataExportedAt'], extensions: { code: 'FRESH_SIGN_IN_NEEDED' } },
  ]);
});
