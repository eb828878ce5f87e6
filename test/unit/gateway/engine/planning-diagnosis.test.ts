/** The log says why and where an operation can't be planned. It has nothing that a client wrote (R30). */
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { forAllAudiences } from '../../../../gateway/audiences.ts';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import { createHost } from '../../../../gateway/engine/host.ts';
import { createPlanningDiagnosis } from '../../../../gateway/engine/planning-diagnosis.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';
import { PlanningError } from '../../../../gateway/planner/index.ts';
import { compose, link } from '../../../federation/support/subgraphs.ts';

const subgraphs = {
  rooms: {
    sdl: `${link}
      scalar Anything
      type Query { room(name: String, any: Anything): Room }
      type Room { shelf: Shelf }
      type Shelf @key(fields: "id") { id: ID! }`,
  },
  labels: { sdl: `${link} type Shelf @key(fields: "id") { id: ID! label: String }` },
};
/** A supergraph that no composition would produce: no subgraph can look up a shelf's label. */
const supergraph = compose(subgraphs).replace(
  '@join__type(graph: LABELS, key: "id")',
  '@join__type(graph: LABELS)',
);
const { schema } = createEngine(supergraph);

test('the log has the reason and the coordinate, the answer has neither', async () => {
  const lines: string[] = [];
  await using host = await createHost({
    supergraphSdl: supergraph,
    audienceSchemas: null,
    transports: new Map(),
    limits: defaultLimits,
    publicTag: null,
    introspection: forAllAudiences(true),
    log: pino({ level: 'error' }, { write: (line: string) => lines.push(line) }),
  });
  const answer = await host.answer({
    parameters: {
      query: '{ A123456: room(name: "P432100(A)", any: { pin: 4321 }) { shelf { mine: label } } }',
    },
    method: 'POST',
    caller: anonymous,
    signal: new AbortController().signal,
    allowance: null,
  });
  expect(answer).toEqual({
    errors: [{ message: "The operation can't be planned.", extensions: { code: 'PLANNING_FAILED' } }],
  });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      msg: 'an operation can not be planned',
      reason:
        "Shelf.label can't be resolved at Query.room.shelf.label: labels can't look up a Shelf, because it has no key for it",
      coordinates: ['Query.room', 'Room.shelf', 'Shelf.label'],
    },
  ]);
  expect(lines.join()).not.toMatch(/A123456|P432100|4321|mine/);
});

const document = `query Chan($P432100: String = "Tai Man\\u0041") {
  _4_room_A123456: room(name: $P432100, any: "secret words") { shelf { ...Wong } } }
  fragment Wong on Shelf { id }`;
const diagnosePlanning = createPlanningDiagnosis(schema);
const diagnose = (reason: unknown) => diagnosePlanning(new PlanningError(reason, document));

test.each([
  ['No paths found for selection item: shelf', ['Room.shelf']],
  ["Path '_4_room_A123456' cannot be found in selection set of type Query", ['Query.room']],
  ['Expected a single parent, but the FetchStep [2] has many', ['Query.room']],
])(
  'the coordinates are those of the fields that the reason names, else of the root fields: %s',
  (reason, coordinates) => {
    expect(diagnose(new Error(reason)).coordinates).toEqual(coordinates);
  },
);

test('a reason contains no word that a client wrote, and has at most 500 characters', () => {
  const reason = `query Chan($P432100: String = "Tai ManA") at _4_room_A123456, 'secret', Wong; ${document}`;
  const redacted = diagnose(new Error(reason)).reason;
  expect(redacted).not.toMatch(/Chan|P432100|Tai|ManA|A123456|secret|words|Wong/);
  expect(redacted).toContain('String');
  expect(diagnose(new Error('x '.repeat(5_000))).reason.length).toBeLessThanOrEqual(500);
  expect(diagnose('no error').reason).toBe('');
});
