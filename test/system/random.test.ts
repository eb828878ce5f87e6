import { readFileSync } from 'node:fs';
import { NoUnusedVariablesRule, parse, specifiedRules, validate } from 'graphql';
import { expect, test } from 'vitest';
import { createEngine } from '../../gateway/engine.ts';
import { randomOf } from '../gateway/engine/random-query.ts';
import { randomQuery } from '../gateway/federation/random-query.ts';
import { startSystem } from './running.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const count = Number(process.env.CASES ?? 300);
const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

/** What an answer may say of a query that is in order: that an argument is out of bounds, and nothing else. */
const mayBe = new Set(['BAD_USER_INPUT']);

test(`everything that the graph can express is answered: ${count} random queries from seed ${seed}`, {
  timeout: 120_000,
}, async () => {
  process.stdout.write(`random queries of our own graph: SEED=${seed} CASES=${count}\n`);
  await using system = await startSystem();
  const { schema } = createEngine(
    readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
  );
  const token = await system.token({
    patronId: 'P0000001',
    scope: 'patrons:read credentials:read circulation:read applications:decide identity:read',
  });
  const random = randomOf(seed);
  let answered = 0;
  for (let index = 0; index < count; index++) {
    const query = randomQuery(schema, random)
      .replaceAll('"p1"', '"P0000002"')
      .replaceAll('"p2"', '"P0000017"');
    if (validate(schema, parse(query), rules).length > 0) {
      continue;
    }
    const { status, body } = await system.ask(query, { token, variables: { yes: true, no: false } });
    const strange = body.errors?.filter(({ extensions }) => !mayBe.has(extensions.code));
    // 400: more than a document may ask.
    if (status !== 400) {
      answered++;
      expect(strange ?? [], `case ${index}: ${query}`).toEqual([]);
    }
  }
  expect(answered).toBeGreaterThan(count / 4);
});
