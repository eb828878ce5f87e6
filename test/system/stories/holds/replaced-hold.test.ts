/** A hold that was cancelled for a new one has the state `REPLACED`. Only clients that ask for this state see it. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { growOlder } from '../../running-system.ts';
import { libraryForTests, never } from '../library.ts';
import { done } from '../payloads.ts';

const library = libraryForTests();

const patronId = 'P0000002';
const reader = { patronId };
const [libraryCard, smartCard] = ['21852000000033', '21852000000041'] as const;
/** The reader's hold of the seed, on the library card: first in the queue of its title. */
const holdId = 'H0000001';
/** A copy of the hold's title. */
const copy = '31852000000569';

/** The reader's holds in these states, as `id state`. */
async function holdsIn(states: string): Promise<string[]> {
  const query = `{ me { holds(state: [${states}]) { id state } } }`;
  const { me } = (await library.read(query, {}, await library.reader(patronId))) as {
    me: { holds: { id: string; state: string }[] };
  };
  return me.holds.map(({ id, state }) => `${id} ${state}`);
}

test('R23: by a renewal. Who does not know the state is told CANCELLED, as before', async () => {
  const lent = await library.behind.circulation.checkOut(smartCard, copy, 'desk', never);
  const loanId = 'loan' in lent ? lent.loan.id : '';
  growOlder(library.system, loanId);
  const token = await library.reader(patronId);
  expect(await library.change('renewLoan', { reader, loanId }, token)).toMatchObject(done);
  expect(await holdsIn('REPLACED')).toEqual([`${holdId} REPLACED`]);
  expect(await holdsIn('CANCELLED')).toEqual([`${holdId} CANCELLED`]);
  expect(await holdsIn('CANCELLED, REPLACED')).toEqual([`${holdId} REPLACED`]);
  const open = library.system.store.circ.holds.by('cardNo', smartCard).filter(({ state }) => state === 'Q');
  expect(await holdsIn('QUEUED')).toEqual(open.map(({ holdNo }) => `${holdNo} QUEUED`));
});

test('R25: by a change of the branch', async () => {
  const token = await library.reader(patronId);
  const place = { reader, titleNumber: 'B0000011', pickupBranch: 'HKCL' };
  const { hold } = await library.change('placeHold', place, token);
  const input = { reader, holdId: hold?.id, pickupBranch: 'STCL' };
  const changed = await library.change('changePickupBranch', input, token);
  expect(changed).toMatchObject({
    ...done,
    hold: { pickupBranch: 'STCL', queuePosition: 1 },
    formerQueuePosition: 1,
  });
  expect(await holdsIn('REPLACED')).toContain(`${hold?.id} REPLACED`);
  expect(await holdsIn('CANCELLED')).toContain(`${hold?.id} CANCELLED`);
});

test('not if the reader cancelled it, whatever they reserve after that and however they name it', async () => {
  const token = await library.reader(patronId);
  const place = { reader, libraryCardNumber: libraryCard, titleNumber: 'B0000010', pickupBranch: 'HKCL' };
  const { hold } = await library.change('placeHold', place, token);
  expect(await library.change('cancelHold', { reader, holdId: hold?.id }, token)).toMatchObject(done);
  const reference = `${hold?.id} ${randomUUID()}`;
  expect(await library.change('placeHold', { ...place, reference }, token)).toMatchObject(done);
  expect(await holdsIn('REPLACED')).not.toContain(`${hold?.id} REPLACED`);
  expect(await holdsIn('CANCELLED, REPLACED')).toContain(`${hold?.id} CANCELLED`);
});
