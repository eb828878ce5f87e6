import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultLimits } from '../../../adapters/soap/policy/limits.ts';
import type { SystemName } from '../../../simulators/index.ts';
import { postJson } from '../../support/graph/ask-graph.ts';
import { openJournalOf } from '../../system/journal-of.ts';
import { systemForEachTest } from '../../system/system-for-tests.ts';

/** The number of requests in a flood. It exceeds the connections to a system and its queue. */
const floodSize = 200;
const unsettled = 1_000;
const item = '31852000000494';

const system = systemForEachTest();
let leaving: AbortController;
beforeEach(() => {
  leaving = new AbortController();
});
afterEach(() => leaving.abort());

interface Payload {
  readonly operation: { readonly state: string };
  readonly problems: readonly { readonly code: string }[];
  readonly quota: { readonly remaining: number } | null;
}

async function lend(): Promise<Payload> {
  const token = await system.token({ subject: 'station', scope: 'station' });
  const input = { credential: system.presentedCard('21852000000033'), itemNumber: item };
  const selection = 'operation { state } problems { code } quota { remaining }';
  return await system.change<Payload>('checkOut', selection, input, { token });
}

const lent = { operation: { state: 'DONE' }, problems: [], quota: { remaining: 4 } };

/** Sends the query many times at once, and ignores the answers. */
function flood(query: string, token: string | null): void {
  for (let number = 0; number < floodSize; number += 1) {
    postJson(`${system.url}/graphql`, { query }, { token, signal: leaving.signal }).catch(() => undefined);
  }
}

describe('a flood of reads of one caller on a hanging system takes less than the share of its class, and lending continues', () => {
  const staff = { subject: 'staff', scope: 'patrons:read applications:decide' };
  test.each([
    ['anonymous searches', 'circ', 'FindItems', '{ items(title: "the") { title } }', null, 2],
    ["staff's lists of patrons", 'prs', 'SearchPatrons', '{ patrons { totalCount } }', staff, 3],
    ["staff's lists of applications", 'cms', 'ListApplications', '{ applications { totalCount } }', staff, 3],
  ] as const satisfies readonly (readonly [string, SystemName, ...unknown[]])[])(
    '%s',
    async (_what, name, operation, query, claims, share) => {
      const { faults } = system.legacy[name];
      faults.set([{ kind: 'hang', operations: [operation] }]);
      flood(query, claims === null ? null : await system.token(claims));
      await vi.waitFor(() => expect(faults.status.faults[0]?.hits).toBeGreaterThanOrEqual(share), 4_000);
      expect(await lend()).toEqual(lent);
      expect(faults.status.faults[0]?.hits).toBe(share);
    },
  );
});

test('reconciling a thousand unsettled operations with a hanging circulation takes two connections, and lending continues', async () => {
  await using journal = await openJournalOf(system, { sync: async () => {} });
  const { faults } = system.legacy.circ;
  faults.set([{ kind: 'hang', operations: ['FindByRef'] }]);
  const times = { sendWithinMs: 0, arriveWithinMs: null, reconcileAfterMs: 0 };
  const change = {
    ...times,
    caller: 'c',
    fingerprint: 'f',
    details: null,
    patronId: null,
    isUnlisted: false,
  };
  for (let number = 0; number < unsettled; number += 1) {
    const kind = number % 2 === 0 ? 'CHECK_IN' : 'BLOCK_CARD';
    await journal.begin({ ...change, kind, reference: `${number}` });
  }
  await vi.waitFor(() => expect(faults.status.faults[0]?.hits).toBeGreaterThanOrEqual(2), 4_000);
  expect(await lend()).toEqual(lent);
  expect(faults.status.faults[0]?.hits).toBe(defaultLimits.connections / 4);
});
