import type { IndexDatabase } from '../../../store/index/port.ts';
import { openPostgresIndex } from '../../../store/index/postgres/index.ts';
import { openLists, stateOf } from '../../support/index/open-lists.ts';
import type { PostgresDatabase, PostgresServer } from '../../support/postgres.ts';

const schema = 'patron_graph_index_3';
const loansPerCard = 2;
const rowsAtOnce = 10_000;
const times = 15;

/** Reads lists over this many generated loans, and prints the median time of each. */
export async function measureLists(
  server: PostgresServer,
  loans: number,
  dataKey: Uint8Array,
): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const database = resources.use(await server.createDatabase());
  const index = resources.use(await openPostgresIndex({ url: database.url, tls: null, dataKey }));
  await index.begin();
  await openLists(index);
  await fill(index, database, loans);
  const state = await stateOf(index);
  const any = {
    branch: null,
    dueFrom: null,
    dueBefore: null,
    order: 'SOONEST_DUE_FIRST',
    after: null,
  } as const;
  const measured: Readonly<Record<string, () => Promise<unknown>>> = {
    'the first 20 loans': () => index.loans({ ...any, maxItems: 21 }),
    '20 loans in the middle': () =>
      index.loans({ ...any, after: { key: '2026-11-15', id: 'L' }, maxItems: 21 }),
    '20 overdue loans of a branch': () =>
      index.loans({ ...any, branch: 'B07', dueBefore: '2026-11-20', maxItems: 21 }),
    'the loans of 20 copies': () =>
      index.loansOfItems(Array.from({ length: 20 }, (_, at) => `I${at * 7 + 1}`)),
    'the figures of all branches': () => index.branchCounts('2026-11-20'),
    'how old and how complete lists are': () => index.progress(),
    'the end of a pass': () => index.finishPass(state),
    'marking 5,000 cards of the list': async () => index.markListed(await stateOf(index)),
    'removing what has expired': () => index.removeExpired('2026-11-20'),
  };
  process.stdout.write(
    `\nover ${loans} loans on ${loans / loansPerCard} cards, in ms (median of ${times})\n`,
  );
  for (const [what, work] of Object.entries(measured)) {
    process.stdout.write(`${what.padEnd(52)} ${(await medianMs(work)).toFixed(1).padStart(8)}\n`);
  }
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const startedAtMs = performance.now();
    await work();
    taken.push(performance.now() - startedAtMs);
  }
  return taken.toSorted((one, other) => one - other)[Math.floor(times / 2)] ?? 0;
}

/** Copies a loan that the index has saved, because only the index can encrypt a card's number. */
async function fill(index: IndexDatabase, { query }: PostgresDatabase, loans: number): Promise<void> {
  const libraryCardNumber = '21852000000033';
  const loan = {
    id: 'L0',
    libraryCardNumber,
    itemNumber: 'I0',
    titleNumber: 'B0',
    title: '紅樓夢',
    branch: 'B00',
    dueOn: '2026-11-01',
  };
  const start = await index.startReading();
  await index.saveCards([{ libraryCardNumber, start, loans: [loan], holds: [] }]);
  // Each row changes a row of counts. In one transaction for all, each count would have a thousand old versions to read.
  for (let first = 1; first <= loans; first += rowsAtOnce) {
    await query(`with one as materialized (select title, card_sealed from ${schema}.loans where id = 'L0')
      insert into ${schema}.loans (id, item_number, title_number, title, branch, due_on, card, card_sealed)
      select 'L' || n, 'I' || n, 'B' || n % 50000, title, 'B' || lpad((n % 70)::text, 2, '0'),
        to_char(date '2026-11-01' + (n % 30)::int, 'YYYY-MM-DD'), md5((n / ${loansPerCard})::text), card_sealed
      from generate_series(${first}, ${Math.min(first + rowsAtOnce - 1, loans)}) as n, one`);
  }
  await query(`insert into ${schema}.cards (card, card_sealed)
    select distinct card, card_sealed from ${schema}.loans on conflict do nothing`);
  await query(`insert into ${schema}.card_readings (card, loans_number, holds_number, has_rows)
    select card, 0, 0, 1 from ${schema}.cards on conflict do nothing`);
  for (const table of ['loans', 'cards', 'card_readings']) {
    await query(`analyze ${schema}.${table}`);
  }
}
