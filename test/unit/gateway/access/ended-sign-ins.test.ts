import { afterEach, beforeEach, expect, test } from 'vitest';
import { anonymous, type Identity } from '../../../../gateway/access/caller.ts';
import { EndedSignIns } from '../../../../gateway/access/ended-sign-ins.ts';

const changedAt = '2026-11-30T12:00:00+08:00';
const changed = Date.parse(changedAt) / 1000;
const reader: Identity = { ...anonymous, authenticated: true, patronId: 'P0000001' };

/** The subgraph's answer; null while it gives none. */
let listed: readonly object[] | null;
let told: string[];
let ended: EndedSignIns;
let isAsked: PromiseWithResolvers<void>;
beforeEach(() => {
  listed = [{ patronId: 'P0000001', before: changedAt, exceptSignInId: null }];
  told = [];
  isAsked = Promise.withResolvers();
  ended = new EndedSignIns({
    async ask() {
      isAsked.resolve();
      if (listed === null) {
        throw new Error('down');
      }
      return { endedSignIns: listed };
    },
    log: { info: (message) => told.push(message), warn: (_, message) => told.push(message) },
  });
});
afterEach(() => ended[Symbol.asyncDispose]());

async function accepts(identity: Identity): Promise<boolean> {
  await isAsked.promise;
  const authenticate = ended.refusing(() => Promise.resolve(identity));
  return await authenticate('Bearer x').then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ status: 401 });
      return false;
    },
  );
}

test.each<[string, boolean, Partial<Identity>]>([
  ['who signed in before', false, { signedInAt: changed - 1 }],
  [
    'who signed in before, and whose token was issued since',
    false,
    { signedInAt: changed - 1, issuedAt: changed + 5 },
  ],
  ['who signed in at that second', false, { signedInAt: changed }],
  ['who signed in since', true, { signedInAt: changed + 1 }],
  ['whose token doesn’t say when, and was issued before', false, { issuedAt: changed - 1 }],
  ['whose token doesn’t say when, and was issued since', true, { issuedAt: changed + 1 }],
  ['whose token says nothing', false, {}],
  ['of another number', true, { patronId: 'P0000002', signedInAt: changed - 1 }],
  ['who is no patron', true, { patronId: null, signedInAt: changed - 1 }],
])('a caller %s is let in: %s', async (_who, isLetIn, identity) => {
  expect(await accepts({ ...reader, ...identity })).toBe(isLetIn);
});

test('the sign-in that made a change goes on, unless another change has ended it', async () => {
  const own = { ...reader, signedInAt: changed - 60, signInId: 'own' };
  listed = [{ patronId: 'P0000001', before: changedAt, exceptSignInId: 'own' }];
  await expect.poll(() => accepts(own), { timeout: 2_000 }).toBe(true);
  expect(await accepts({ ...own, signInId: 'another of that second' })).toBe(false);
  expect(await accepts({ ...own, signInId: null })).toBe(false);
  listed = [{ patronId: 'P0000001', before: '2026-11-30T12:00:01+08:00', exceptSignInId: null }];
  await expect.poll(() => accepts(own), { timeout: 2_000 }).toBe(false);
});

const unknown = 'ended sign-ins are not known: the last list is used';
test('while the list can’t be read, the last one is used', async () => {
  expect(await accepts({ ...reader, signedInAt: changed - 1 })).toBe(false);
  listed = null;
  await expect.poll(() => told, { timeout: 3_000 }).toEqual([unknown]);
  expect(await accepts({ ...reader, signedInAt: changed - 1 })).toBe(false);
  listed = [];
  await expect.poll(() => accepts({ ...reader, signedInAt: changed - 1 }), { timeout: 3_000 }).toBe(true);
  expect(told).toEqual([unknown, 'ended sign-ins are known again']);
});
