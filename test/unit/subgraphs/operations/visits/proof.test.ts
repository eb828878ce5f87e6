import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSqliteJournal } from '../../../../../store/journal/sqlite/index.ts';
import type { VisitOutcome } from '../../../../../subgraphs/observer.ts';
import { patronsPerStation } from '../../../../../subgraphs/operations/visits/count-visit.ts';
import {
  isVisitOver,
  openReference,
  shownId,
  type VisitContext,
  visitSeconds,
} from '../../../../../subgraphs/operations/visits/proof.ts';
import type { Caller } from '../../../../../subgraphs/runtime/caller.ts';
import { allScopes } from '../../../../../subgraphs/runtime/scopes.ts';
import { secret } from '../../../../support/journal-secret.ts';
import { openedForEachTest, openedForTests } from '../../../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../../../support/set-up/temporary-folder.ts';

const folder = openedForTests(openTemporaryFolder);
const journal = openedForEachTest(() =>
  openSqliteJournal({ secret, path: join(folder.path, `${randomUUID()}.sqlite`) }),
);

const station = (name = 'station-1', ...scopes: readonly string[]): Caller => ({
  authenticated: true,
  issuer: 'https://stations.example',
  subject: name,
  patronId: null,
  signedInAt: null,
  signInId: null,
  clientId: 'stations',
  partner: null,
  branch: null,
  scopes: new Set(['station', ...scopes]),
  accessReason: null,
  language: 'en',
  callClass: null,
  address: null,
  widerNetworks: [],
  requestId: null,
  logged: null,
});
const outcomes: VisitOutcome[] = [];

function contextOf(caller: Caller, key = 1): VisitContext {
  outcomes.length = 0;
  const fingerprintKey = new Uint8Array(32).fill(key);
  const observer = { visited: (outcome: VisitOutcome) => void outcomes.push(outcome) };
  return { caller, services: { attempts: journal, fingerprintKey, observer } };
}

const agoInMs = (ms: number) => new Date(Date.now() - ms);
const visitMs = visitSeconds * 1000;

describe('the id that a station sees', () => {
  test('opens at that station, again as the same id', async () => {
    const context = contextOf(station());
    const id = await shownId({ id: 'P0000001' }, {}, context);
    const opened = await openReference({ id }, context);
    expect(opened).toMatchObject({ id: 'P0000001' });
    expect(await shownId(opened, {}, context)).toBe(id);
    expect(outcomes).toEqual(['begun']);
  });

  test('is the same for one patron, station and second, and another for any other', async () => {
    const shownAt = agoInMs(10_000);
    const idOf = async (patronId: string, at: Date, caller = station()) =>
      await shownId({ id: patronId, shownAt: at }, {}, contextOf(caller));
    const id = await idOf('P0000001', shownAt);
    expect(await idOf('P0000001', shownAt)).toBe(id);
    const others = await Promise.all([
      idOf('P0000002', shownAt),
      idOf('P0000001', agoInMs(5_000)),
      idOf('P0000001', shownAt, station('station-2')),
    ]);
    expect(new Set([id, ...others]).size).toBe(4);
    expect(new Set([id, ...others].map((text) => text.split('.')[2])).size).toBe(4);
  });

  const made = async (caller: Caller, key: number, agoMs: number): Promise<string> =>
    await shownId({ id: 'P0000001', shownAt: agoInMs(agoMs) }, {}, contextOf(caller, key));

  const refused: readonly (readonly [string, () => Promise<string>, VisitOutcome])[] = [
    ['a patron number', async () => 'P0000001', 'unproven'],
    ['the id of another station', () => made(station('two'), 1, 0), 'unproven'],
    ['an id made with another key', () => made(station(), 2, 0), 'unproven'],
    ['an id of a visit that is over', () => made(station(), 1, visitMs + 10_000), 'over'],
  ];
  test.each(refused)('%s is FORBIDDEN', async (_, make, outcome) => {
    const id = await make();
    const context = contextOf(station());
    await expect((async () => openReference({ id }, context))()).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    });
    expect(outcomes).toEqual([outcome]);
  });

  test('is the patron number for everybody who may find any patron, and for the patron', async () => {
    for (const caller of [station('desk', 'circulation:read'), { ...station(), patronId: 'P0000001' }]) {
      const context = contextOf(caller);
      expect(await shownId({ id: 'P0000001' }, {}, context)).toBe('P0000001');
      expect(openReference({ id: 'P0000001' }, context)).toEqual({ id: 'P0000001' });
    }
    const others = allScopes.filter((scope) => scope !== 'station');
    const desk = { ...station(), scopes: new Set(others) };
    expect(await shownId({ id: 'P0000001' }, {}, contextOf(desk))).toBe('P0000001');
  });
});

test('an operation of a station leads to its patron only during the visit', () => {
  expect(isVisitOver(station(), 'P0000001', agoInMs(visitMs - 10_000))).toBe(false);
  expect(isVisitOver(station(), 'P0000001', agoInMs(visitMs + 10_000))).toBe(true);
  expect(isVisitOver(station('desk', 'circulation:read'), 'P0000001', agoInMs(visitMs * 9))).toBe(false);
});

test('a station gets so many patrons in a quarter of an hour, each as often as it likes', async () => {
  const context = contextOf(station());
  const ids = Array.from({ length: patronsPerStation }, (_, index) => `P${String(index).padStart(7, '0')}`);
  for (const id of [...ids, ...ids.slice(0, 3)]) {
    await shownId({ id }, {}, context);
  }
  expect(outcomes).toEqual(ids.map(() => 'begun'));
  const oneMore = (caller: Caller) => (async () => shownId({ id: 'P9999999' }, {}, contextOf(caller)))();
  await expect(oneMore(station())).rejects.toMatchObject({
    extensions: { code: 'RATE_LIMITED', mayRetryAt: expect.any(String) },
  });
  expect(outcomes).toEqual(['limited']);
  await expect(shownId({ id: ids[0] ?? '' }, {}, contextOf(station()))).resolves.toBeTypeOf('string');
  await expect(oneMore(station('station-2'))).resolves.toBeTypeOf('string');
});
