/** Several processes renew one loan at the same time. Each has a journal of its own over the same database. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { Journal } from '../../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { renewLoan } from '../../../../subgraphs/circulation/lending/renew.ts';
import { renewAllLoans } from '../../../../subgraphs/circulation/lending/renew-several.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../../subgraphs/circulation/lending/stored-result.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { staff } from '../../../support/callers.ts';
import { secret } from '../../../support/journal-secret.ts';
import { type LendingFixture, openLendingFixture, patronId } from '../../../support/lending-fixture.ts';
import { findPostgres } from '../../../support/postgres.ts';
import { randomOf } from '../../../torture/random.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));
process.stdout.write(`renewals at once: SEED=${seed}\n`);

const postgres = await findPostgres();
if ('reason' in postgres) {
  process.stderr.write(`renewals of several processes without PostgreSQL: ${postgres.reason}\n`);
}

let world: LendingFixture;
beforeEach(async () => {
  // The circulation of the test has the same time as the database.
  world = await openLendingFixture(5, new Date());
});
afterEach(() => world[Symbol.asyncDispose]());
afterAll(async () => {
  if (!('reason' in postgres)) {
    await postgres[Symbol.asyncDispose]();
  }
});

const never = new AbortController().signal;
const reader = { patronId };

/** Delays every call of a port by a random time. */
function slowed<Port extends object>(port: Port, random: { next(): number }): Port {
  return new Proxy(port, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') {
        return member;
      }
      return async (...args: unknown[]) => {
        await setTimeout(random.next() * 20);
        return await Reflect.apply(member, target, args);
      };
    },
  });
}

/** Sends all renewals at once. Half of them renew all of the patron's loans, and half renew only the first loan. */
async function renewAtOnce(journals: readonly Journal[]): Promise<void> {
  const random = randomOf(seed, 'renewals');
  const monotonic = () => performance.now();
  const log = { warn: () => undefined, error: () => undefined };
  const circulation = slowed(world.circulation, random);
  const [first] = (await circulation.loansByCard(await world.cardNumbers('all'), never)).flat();
  const loanId = first?.id ?? '';
  await Promise.all(
    journals.map(async (journal, index) => {
      const fingerprintKey = new Uint8Array(32);
      const lending: LendingServices = {
        ...world,
        circulation,
        journal,
        fingerprintKey,
        times: changeTimes,
        monotonic,
        log,
      };
      const reference = `renewal ${index}`;
      if (index % 2 === 1) {
        return await renewAllLoans(lending, staff, { reference, reader }, never);
      }
      const { operation } = await renewLoan(lending, staff, { reference, reader, loanId }, never);
      const { problem } = lendingResultOf(operation);
      expect([undefined, 'NOTHING_TO_GAIN']).toContain(problem);
      return operation;
    }),
  );
  const after = (await world.circulation.loansByCard(await world.cardNumbers('all'), never)).flat();
  expect(after.map(({ renewals }) => renewals)).toEqual(after.map(() => 1));
}

test('by one process: each loan is renewed once', async () => {
  await renewAtOnce(Array.from({ length: 6 }, () => world.journal));
});

test.skipIf('reason' in postgres)(
  'by three processes over PostgreSQL: each loan is renewed once',
  async () => {
    if ('reason' in postgres) {
      return;
    }
    await using resources = new AsyncDisposableStack();
    const { url } = resources.use(await postgres.createDatabase());
    const open = async () => resources.use(await openPostgresJournal({ secret, url, tls: null }));
    const journals = [await open(), await open(), await open()];
    await renewAtOnce([...journals, ...journals]);
  },
);
