/** An operation that can't be planned gets an error, never a wrong answer. */
import { expect, test } from 'vitest';
import { createWorld } from '../../../federation/support/subgraphs.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@context", "@fromContext"])\n';
const failed = {
  errors: [{ message: "The operation can't be planned.", extensions: { code: 'PLANNING_FAILED' } }],
};

test('a field whose argument comes from a context', async () => {
  const world = createWorld({
    rooms: {
      sdl: `${link}
        type Query { room: Room }
        type Room @key(fields: "id") @context(name: "room") { id: ID! floor: Int! shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID! label(floor: Int @fromContext(field: "$room { floor }")): String height: Int }`,
      resolvers: { Query: { room: () => ({ id: '1', shelf: { id: '2', height: 3 } }) } },
    },
    lamps: { sdl: `${link} type Shelf @key(fields: "id") { id: ID! lamp: Int }` },
  });
  expect(await world.ask('{ room { shelf { label } } }')).toEqual(failed);
  expect(world.requests).toEqual([]);
  expect(await world.ask('{ room { shelf { height } } }')).toEqual({
    data: { room: { shelf: { height: 3 } } },
  });
});
