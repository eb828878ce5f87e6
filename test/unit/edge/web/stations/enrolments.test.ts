import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  codeLifetimeMs,
  cookieLifetimeMs,
  createEnrolments,
  type Enrolments,
  maxOfKind,
} from '../../../../../edge/web/stations/enrolments.ts';
import type { SealedState } from '../../../../../store/shared-state/port.ts';
import { openSqliteState } from '../../../../../store/shared-state/sqlite/sealed-state.ts';

const place = { name: 'Gate', branch: 'HKCL' };
const dayMs = 24 * 60 * 60_000;

let resources: AsyncDisposableStack;
let folder: string;
let now: number;
let enrolments: Enrolments;

/** Opens the state as another process does. */
async function openState(): Promise<SealedState> {
  return resources.use(
    await openSqliteState({
      path: join(folder, 'web.sqlite'),
      owner: 'web',
      now: () => now,
      secrets: [new TextEncoder().encode('a secret of the tests, long enough')],
    }),
  );
}

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), 'stations-'));
  resources.defer(() => rm(folder, { recursive: true }));
  now = Date.parse('2026-11-24T12:00:00+08:00');
  enrolments = createEnrolments(await openState(), () => now);
});
afterEach(() => resources.disposeAsync());

async function enrol(): Promise<{ secret: string; id: string }> {
  const { code } = await enrolments.makeCode(place, 'chan');
  const { secret, station } = (await enrolments.enrol(code)) ?? expect.fail('the code is not accepted');
  return { secret, id: station.id };
}

test('a code makes a machine a station, with the place that staff gave it', async () => {
  const { code, expiresAt } = await enrolments.makeCode(place, 'chan');
  expect(expiresAt).toBe(now + codeLifetimeMs);
  const enrolled = await enrolments.enrol(code.toLowerCase());
  expect(enrolled?.station).toEqual({
    ...place,
    id: expect.stringMatching(/^[0-9a-z]{8}$/),
    enrolledAt: now,
    enrolledBy: 'chan',
  });
  expect((await enrolments.find(enrolled?.secret ?? ''))?.station).toEqual(enrolled?.station);
});

test('a code is used once, whatever comes at the same time', async () => {
  const { code } = await enrolments.makeCode(place, 'chan');
  const other = createEnrolments(await openState(), () => now);
  const tried = await Promise.all([
    enrolments.enrol(code),
    other.enrol(code),
    enrolments.enrol(code),
    other.enrol(code),
  ]);
  expect(tried.filter((enrolled) => enrolled !== null)).toHaveLength(1);
  expect(await other.enrol(code)).toBeNull();
});

test('a code is good for ten minutes', async () => {
  const { code } = await enrolments.makeCode(place, 'chan');
  now += codeLifetimeMs;
  expect(await enrolments.enrol(code)).toBeNull();
});

test('when too many codes wait, whoever has made most of them loses the oldest', async () => {
  const own = await enrolments.makeCode(place, 'wong');
  const first = await enrolments.makeCode(place, 'chan');
  now += 1;
  const second = await enrolments.makeCode(place, 'chan');
  for (let made = 3; made < maxOfKind.StationCode; made += 1) {
    now += 1;
    await enrolments.makeCode(place, 'chan');
  }
  now += 10_000;
  await enrolments.makeCode(place, 'lee');
  const enrolled = [own, first, second].map(({ code }) => enrolments.enrol(code));
  expect((await Promise.all(enrolled)).map((one) => one !== null)).toEqual([true, false, true]);
});

test('codes that were used wait for nobody: staff can make others', async () => {
  for (let made = 0; made < 20; made += 1) {
    await enrol();
  }
  now += 10_000;
  await enrol();
});

test('a secret that nobody has is no station', async () => {
  await enrol();
  expect(await enrolments.find('')).toBeNull();
  expect(await enrolments.find('something else')).toBeNull();
});

test('a revoked station is none at once, in every process, and stays so when another writes that it was seen', async () => {
  const { secret, id } = await enrol();
  const other = createEnrolments(await openState(), () => now);
  const state = await openState();
  // This process has read the station, and writes it back after the revocation.
  const late: SealedState = {
    ...state,
    async find(kind, itemId) {
      const found = await state.find(kind, itemId);
      await enrolments.revoke(id, 'chan');
      return found;
    },
  };
  expect(await createEnrolments(late, () => now).find(secret)).not.toBeNull();
  expect(await enrolments.find(secret)).toBeNull();
  expect(await other.find(secret)).toBeNull();
  expect(await enrolments.list()).toMatchObject([{ id, revoked: true }]);
  expect(await enrolments.revoke(id, 'chan')).toBe(true);
  expect(await enrolments.revoke('nothing', 'chan')).toBe(false);
});

test('the list has what is in use, and of what was revoked the last thirty days', async () => {
  const { id, secret } = await enrol();
  const { id: newer } = await enrol();
  now += 90_000;
  await enrolments.find(secret);
  await enrolments.revoke(id, 'chan');
  const listed = await enrolments.list();
  expect(listed).toHaveLength(2);
  expect(listed.find((one) => one.id === newer)).toMatchObject({ revoked: false, lastSeenAt: null });
  expect(listed.find((one) => one.id === id)).toMatchObject({ revoked: true, lastSeenAt: now });
  now += 30 * dayMs;
  expect(await enrolments.list()).toMatchObject([{ id: newer }]);
});

test('a station in use stays one; one that nobody uses for 400 days is none', async () => {
  const { secret } = await enrol();
  now += cookieLifetimeMs - dayMs;
  expect(await enrolments.find(secret)).not.toBeNull();
  now += cookieLifetimeMs - dayMs;
  expect(await enrolments.find(secret)).not.toBeNull();
  now += cookieLifetimeMs;
  expect(await enrolments.find(secret)).toBeNull();
});

test('a CSRF token is of one secret alone, and the same in all processes', async () => {
  const [one, two] = [await enrol(), await enrol()];
  const other = createEnrolments(await openState(), () => now);
  const { csrfToken } = (await enrolments.find(one.secret)) ?? expect.fail('no station');
  expect(other.isCsrfToken(one.secret, csrfToken)).toBe(true);
  expect(other.isCsrfToken(two.secret, csrfToken)).toBe(false);
  expect(other.isCsrfToken(one.secret, '')).toBe(false);
});
