/**
 * Circulation may send states that its contract doesn't name. Such a state becomes OTHER, and the rest of the answer is
 * complete.
 */
import { expect, test } from 'vitest';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests();

/** A state that the contract doesn't name. It may mean that a copy is in transit, for example. */
const unnamed = 'T' as never;

test('a search is answered if a copy has an unknown state', async () => {
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

test("a patron's holds are answered if one has an unknown state", async () => {
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
