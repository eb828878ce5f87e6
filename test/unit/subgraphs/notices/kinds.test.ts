/** The schema and the guide for receivers also list the kinds of notices. */
import { readFileSync } from 'node:fs';
import { buildASTSchema, GraphQLEnumType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { noticeKinds } from '../../../../subgraphs/notices/kinds.ts';

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

test('the enum of the schema has a value for each kind, whose description names it', () => {
  const schema = buildASTSchema(parse(read('schema/circulation.graphql')), { assumeValidSDL: true });
  const type = schema.getType('NoticeKind');
  const values = type instanceof GraphQLEnumType ? type.getValues() : [];
  const named = values.map(({ description }) => /`(.+)`/.exec(description ?? '')?.[1]);
  expect(named).toEqual(Object.keys(noticeKinds));
});

test('the guide has a row for each kind', () => {
  const rows = Object.entries(noticeKinds).map(([kind, meaning]) => `| \`${kind}\` | ${meaning} |\n`);
  expect(read('docs/guides/notices.md')).toContain(rows.join(''));
});
