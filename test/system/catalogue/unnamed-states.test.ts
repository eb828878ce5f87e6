/** Circulation's contract leaves states open: a word that nobody has heard of costs one row its state, and no answer. */
import { expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../running-system.ts';

const system = openedForTests(() => startSystem());

/** A word that is in no table of the simulators: a copy in transit, say. */
const unnamed = 'T' as never;

test('a search answers where a copy is in a state that the contract does not name', async () => {
  const copy = [...system.store.circ.items.values()].find(({ state }) => state === 'A');
  if (copy === undefined) {
    throw new Error('no item of the seed is on the shelf');
  }
  system.store.circ.items.put({ ...copy, state: unnamed });
  const { body } = await system.ask(
    `query ($text: String!, $number: ID!) {
      items(title: $text) { itemNumber state }
      item(itemNumber: $number) { state }
      titles(search: $text) { edges { node { copies { itemNumber state } } } }
    }`,
    { variables: { text: copy.title, number: copy.itemNo } },
  );
  expect(body.errors).toBeUndefined();
  const row = { itemNumber: copy.itemNo, state: 'OTHER' };
  expect(body.data).toMatchObject({
    items: expect.arrayContaining([row]),
    item: { state: 'OTHER' },
    titles: { edges: expect.arrayContaining([{ node: { copies: expect.arrayContaining([row]) } }]) },
  });
});

test("a patron's holds answer where one is in a state that the contract does not name", async () => {
  const { holds } = system.store.circ;
  const old = [...holds.values()].find(({ state }) => state === 'Q');
  const card = system.store.cms.cards.get(old?.cardNo ?? '');
  if (old === undefined || card === undefined) {
    throw new Error('no hold of the seed is queued');
  }
  holds.put({ ...old, state: unnamed });
  const { body } = await system.ask(
    `{ me {
      all: holds(state: [QUEUED, READY, CANCELLED, LAPSED, OTHER]) { id state queuePosition }
      open: holds { id }
    } }`,
    { token: await system.token({ patronId: card.patronNo }) },
  );
  expect(body.errors).toBeUndefined();
  expect(body.data?.me).toMatchObject({
    all: expect.arrayContaining([{ id: old.holdNo, state: 'OTHER', queuePosition: null }]),
    open: expect.not.arrayContaining([{ id: old.holdNo }]),
  });
});
