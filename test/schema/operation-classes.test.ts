import { readFileSync } from 'node:fs';
import { buildASTSchema, parse, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { rootFieldClasses } from '../../gateway/access/operation-class.ts';
import { createPlanner } from '../../gateway/planner/index.ts';

const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const schema = buildASTSchema(createPlanner(sdl).consumerSchema, { assumeValidSDL: true });

test('every root field of the graph has a class, and no other', () => {
  expect(parse(printSchema(schema)).definitions.length).toBeGreaterThan(50);
  const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    (type) => Object.keys(type?.getFields() ?? {}).map((field) => `${type?.name}.${field}`),
  );
  expect(Object.keys(rootFieldClasses).sort()).toEqual(fields.sort());
});
