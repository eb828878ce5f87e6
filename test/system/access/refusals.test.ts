/** R27: a refusal names a scope that helps. A caller who gets this scope is not refused again. */
import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isCompositeType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessAt, readAccess } from '../../../schema/access.ts';
import { allScopes } from '../../../subgraphs/runtime/scopes.ts';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests(undefined, {}, { showsWholeGraph: true });

const sdl = readFileSync(new URL('../../../schema/audiences/staff.graphql', import.meta.url), 'utf8');
const patron = buildSchema(sdl).getType('Patron');
const access = readAccess();

/** The part of a field that is selected, for fields with a part that has an access rule of its own. */
const within: Readonly<Record<string, string>> = { name: '{ english }' };

/** The fields of a patron that staff may read if they have a scope. */
const fields = Object.values(isObjectType(patron) ? patron.getFields() : {}).flatMap(({ name, type }) => {
  const rule = accessAt(access, `Patron.${name}`);
  const selection = within[name] ?? (isCompositeType(getNamedType(type)) ? '{ __typename }' : '');
  return rule.kind === 'limited' && rule.scopes.length > 0 ? [[name, `${name} ${selection}`] as const] : [];
});

async function refusalOf(selection: string, ...scopes: readonly string[]): Promise<string | null> {
  const { body } = await system.ask(`{ patron(id: "P0000001") { ${selection} } }`, {
    token: await system.token({ subject: 'staff', scope: scopes.join(' ') }),
  });
  const [refusal] = body.errors ?? [];
  return refusal?.extensions.code === 'FORBIDDEN' ? refusal.message : null;
}

describe.each(['patrons:read', 'circulation:read', 'credentials:read'])('staff with %s', (scope) => {
  test.each(fields)('are told what %s needs', async (_name, selection) => {
    const refusal = await refusalOf(selection, scope);
    const named = allScopes.filter((one) => refusal?.includes(one));
    expect(refusal === null || named.length > 0).toBe(true);
    // A station reads by the proof of a shown card, and not by a patron's number.
    for (const other of named.filter((one) => one !== 'station')) {
      expect(await refusalOf(selection, scope, other), `with ${other}`).toBeNull();
    }
  });
});

test('who asks for the whole name is not sent to the scope of stations, which have the given name alone', async () => {
  expect(await refusalOf('name { english }', 'circulation:read')).toBe(
    'This requires the scope patrons:read.',
  );
});

test("a reader who asks for another patron's data, or misspells their number, is told of no scope", async () => {
  const token = await system.token({ patronId: 'P0000003' });
  for (const id of ['P0000001', 'p0000003']) {
    const { body } = await system.ask(`{ patron(id: "${id}") { id } }`, { token });
    expect(body.errors?.[0]?.message).toBe(
      "A reader may have only their own data. The patron's number must be as `me` gives it.",
    );
  }
});

test('R10: the telephone service is told to send number and PIN', async () => {
  const input = { reader: { patronId: 'P0000001' }, loanId: 'L00000007' };
  const token = await system.token({ subject: 'telephone', scope: 'telephone' });
  const { body } = await system.mutate(
    'renewLoan',
    'operation { state }',
    { reference: 'by number', ...input },
    { token },
  );
  expect(body.errors).toMatchObject([
    { message: expect.stringContaining('`cardAndPin`'), extensions: { code: 'FORBIDDEN' } },
  ]);
});
