import { readFileSync } from 'node:fs';
import { filterSchema } from '@graphql-tools/utils';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { createEngine } from '../../../gateway/engine/engine.ts';
import { accessIn } from '../../../schema/access.ts';
import { subgraphs } from '../../../schema/sdl.ts';
import { allScopes } from '../../../subgraphs/runtime/scopes.ts';
import { randomQuery } from '../../federation/support/random-query.ts';
import { randomFrom, seed } from '../../support/random.ts';
import { isExhaustive } from '../../support/sample.ts';
import { startSystem } from '../running-system.ts';

const count = Number(process.env.CASES ?? (isExhaustive ? 300 : 100));
/** Values for scalars: the numbers of two patrons, and a day. */
const scalars = {
  ID: ['P0000002', 'P0000017'],
  Date: ['2026-11-20'],
  DateTime: ['2026-11-20T10:00:00+08:00'],
};

/**
 * Fields that only the patron may read, such as `Patron.notices`. A list of patrons always has other patrons, so these
 * fields would be refused there.
 */
const ownAlone = new Set(
  subgraphs
    .flatMap((name) => [...accessIn(schemaFile(`${name}.graphql`))])
    .filter(([, access]) => access.kind === 'limited' && access.own && access.scopes.length === 0)
    .map(([field]) => field),
);

/** The only errors that a valid query may get. They are for invalid values; a random PIN is always invalid. */
const mayBe = new Set([
  'BAD_USER_INPUT',
  'IDENTITY_NUMBER_INVALID',
  'WRONG_NUMBER_OR_PIN',
  'PIN_LOCKED',
  'TOO_MANY_REQUESTS',
]);

test(`everything that the graph can express is answered: ${count} random queries from seed ${seed}`, {
  timeout: 120_000,
}, async () => {
  process.stdout.write(`random queries of our own graph: SEED=${seed} CASES=${count}\n`);
  await using system = await startSystem(undefined, {}, { buildsIndex: true });
  const isOpen = (typeName: string, fieldName: string | undefined) =>
    !ownAlone.has(`${typeName}.${fieldName}`);
  const schema = filterSchema({
    schema: createEngine(schemaFile('supergraph.graphql')).schema,
    rootFieldFilter: isOpen,
    objectFieldFilter: isOpen,
  });
  const token = await system.token({ patronId: 'P0000001', scope: allScopes.join(' ') });
  const random = randomFrom(seed);
  let answered = 0;
  for (let index = 0; index < count; index++) {
    const { query, variables } = randomQuery(schema, random, { scalars, fields: 60, width: 6 });
    if (validate(schema, parse(query)).length > 0) {
      continue;
    }
    const { status, body } = await system.ask(query, { token, variables });
    const strange = body.errors?.filter(({ extensions }) => !mayBe.has(extensions.code));
    // Status 400 means that the document exceeds a limit.
    if (status !== 400) {
      answered++;
      expect(strange ?? [], `case ${index}: ${query}`).toEqual([]);
    }
  }
  expect(answered).toBeGreaterThan(count / 4);
});

function schemaFile(name: string): string {
  return readFileSync(new URL(`../../../schema/${name}`, import.meta.url), 'utf8');
}
