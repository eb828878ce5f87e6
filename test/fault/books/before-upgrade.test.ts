import { expect, test } from 'vitest';
import { stampOf } from '../../../simulators/hong-kong-time.ts';
import { DEFAULT_CREDENTIALS, startSimulators } from '../../../simulators/index.ts';
import type { EventRow, Store } from '../../../simulators/tables/store.ts';
import { run } from '../../support/processes.ts';
import { storeForTests } from '../../support/set-up/store-for-tests.ts';

/** Runs `npm run books -- --before-upgrade` over a library. */
async function sweep(store: Store, env: NodeJS.ProcessEnv = {}) {
  await using legacy = await startSimulators({ store });
  const { cms, circ } = DEFAULT_CREDENTIALS;
  await using command = run(
    'subgraphs/books/main.ts',
    {
      PRS_URL: legacy.prs.url,
      CMS_URL: legacy.cms.url,
      CMS_USER: cms.user,
      CMS_PASSWORD: cms.password,
      CIRC_URL: legacy.circ.url,
      CIRC_USER: circ.user,
      CIRC_PASSWORD: circ.password,
      ...env,
    },
    ['--before-upgrade'],
  );
  const code = await command.exit;
  const rows = command.output.stdout.trimEnd().split('\n').slice(1);
  return { code, rows: rows.map((row) => row.split(/ {2,}/)), stderr: command.output.stderr };
}

function addEvent(store: Store, kind: EventRow['kind'], cardNo: string): void {
  const seq = (store.circ.events.at(-1)?.seq ?? 0) + 1;
  const event = { seq, at: stampOf(new Date()), kind, cardNo, itemNo: null, loanNo: null, ref: '' };
  store.circ.events.push(event as unknown as EventRow);
}

function amend(
  store: Store,
  patronNo: string,
  change: Partial<{ status: 'A' | 'S' | 'C'; hkid: string }>,
): void {
  const row = store.prs.patrons.get(patronNo);
  if (row === undefined) {
    throw new Error(`${patronNo} is not in the seed`);
  }
  store.prs.patrons.put({ ...row, ...change });
}

test('what later releases forbid is listed by patron, and nothing is found of the others', async () => {
  const store = storeForTests();
  const hold = [...store.circ.holds.values()].find(({ state }) => state === 'Q');
  const owner = store.cms.cards.get(hold?.cardNo ?? '')?.patronNo ?? '';
  amend(store, owner, { status: 'C' });
  // P0000003 has a smart identity card. P0000013 is suspended in the seed, and P0000004 is suspended by this test.
  amend(store, 'P0000003', { hkid: 'Z683365(5)' });
  amend(store, 'P0000004', { status: 'S' });
  addEvent(store, 'UBK', '21852000000066');
  const { rows, code, stderr } = await sweep(store);
  expect(stderr).toBe('');
  expect(rows).toContainEqual(['P0000003', 'the smart identity card has another number than the registry']);
  expect(rows).toContainEqual(['P0000004', 'suspended or closed, and circulation lends on a card']);
  expect(rows).toContainEqual([
    'P0000013',
    'suspended or closed, and no event tells whether a card is blocked',
  ]);
  expect(rows).toContainEqual([owner, 'closed, and has holds']);
  const patrons = new Set(rows.map(([patron]) => patron).filter((name) => name?.startsWith('P0')));
  expect([...patrons].sort()).toEqual([...new Set([owner, 'P0000003', 'P0000004', 'P0000013'])].sort());
  expect(code).toBe(1);
});

test('weak secrets are named, and never quoted', async () => {
  const secrets = { JOURNAL_SECRET: '1'.repeat(64), SUBGRAPH_SECRET: '9f86d081884c7d659a2feaa0c55ad015' };
  const { rows } = await sweep(storeForTests(), secrets);
  expect(rows).toContainEqual(['JOURNAL_SECRET', 'is too easy to guess']);
  expect(rows.map(([name]) => name)).not.toContain('SUBGRAPH_SECRET');
  expect(JSON.stringify(rows)).not.toContain('111');
});
