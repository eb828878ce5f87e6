/**
 * The policy of docs/guides/front-ends.md for new names in answers. A new value of an enum, or a new type of an
 * interface or a union, is announced one release before it is sent. Some clients reject a whole answer because of one
 * name that they don't know.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { clientSchema } from './coordinates.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Member {
  /** The enum, the interface or the union. */
  readonly of: string;
  readonly name: string;
  readonly description: string;
}

/** The values of enums that answers may have, and the types of interfaces and unions. */
function membersIn(schema: GraphQLSchema): Member[] {
  const returned = new Set(
    Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) || isInterfaceType(type))
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) => Object.values(type.getFields()).map((field) => getNamedType(field.type))),
  );
  return [...returned].flatMap((type) => {
    const members = isEnumType(type)
      ? type.getValues()
      : isAbstractType(type)
        ? schema.getPossibleTypes(type)
        : [];
    return members.map(({ name, description }) => ({ of: type.name, name, description: description ?? '' }));
  });
}

/** Orders releases such as `0.10`. */
function orderOf(release: string): number {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return major * 1000 + minor;
}

/**
 * A message for each member that clients of the last release don't know, and that is not announced or sent too early.
 * @param promised the members that the last release had
 * @param next the next release, such as `0.4`
 * @param isSent whether the subgraphs send the name
 */
function faultsOf(
  promised: readonly Member[],
  served: readonly Member[],
  next: string,
  isSent: (name: string) => boolean,
): string[] {
  const known = new Set(promised.flatMap(({ of, name }) => [of, `${of}.${name}`]));
  return served
    .filter(({ of, name }) => known.has(of) && !known.has(`${of}.${name}`))
    .flatMap(({ of, name, description }) => {
      const since = /\bSent from (\d+\.\d+) on\./.exec(description)?.[1] ?? '0.0';
      if (orderOf(since) <= orderOf(next)) {
        return [`${of}.${name}: the description must say "Sent from X on.", with a release after ${next}`];
      }
      return isSent(name) ? [`${of}.${name}: it is sent before ${since}`] : [];
    });
}

/** The first release whose new members must have been announced before. No release before 0.3 could announce any. */
const policySince = '0.4';

test('what is new in answers is announced, and not sent yet', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const next = `${major}.${minor + 1}`;
  const promised = globSync('test/schema/promised/*.graphql', { cwd: root }).flatMap((file) =>
    membersIn(buildASTSchema(parse(read(file)), { assumeValidSDL: true })),
  );
  const sources = globSync('subgraphs/**/*.ts', { cwd: root }).map(read).join('\n');
  const isSent = (name: string) => sources.includes(`'${name}'`);
  const faults = faultsOf(promised, membersIn(clientSchema()), next, isSent);
  expect(orderOf(next) < orderOf(policySince) ? [] : faults).toEqual([]);
});

describe('the check', () => {
  const membersOf = (values: string, types = '') =>
    membersIn(
      buildASTSchema(
        parse(`
          type Query { kind: Kind node: Node page(order: Order): Int }
          enum Kind { ${values} }
          enum Order { UP }
          interface Node { id: ID }
          type One implements Node { id: ID }
          ${types}`),
      ),
    );
  const promised = membersOf('A');
  const faults = (values: string, types = '', isSent = false) =>
    faultsOf(promised, membersOf(values, types), '0.9', () => isSent);

  test('accepts what is announced for a later release', () => {
    expect(faults('A')).toEqual([]);
    expect(faults('A "Also this. Sent from 0.10 on." B')).toEqual([]);
    expect(faults('A', '"Another. Sent from 1.0 on." type Two implements Node { id: ID }')).toEqual([]);
  });

  test('finds a value and a type that are not announced, or for no later release', () => {
    const told = (member: string) =>
      `${member}: the description must say "Sent from X on.", with a release after 0.9`;
    expect(faults('A B')).toEqual([told('Kind.B')]);
    expect(faults('A "Sent from 0.9 on." B')).toEqual([told('Kind.B')]);
    expect(faults('A', 'type Two implements Node { id: ID }')).toEqual([told('Node.Two')]);
  });

  test('finds a value that is sent too early', () => {
    expect(faults('A "Sent from 0.10 on." B', '', true)).toEqual(['Kind.B: it is sent before 0.10']);
  });

  test('asks nothing of new enums, and of enums that only arguments have', () => {
    expect(faultsOf([], membersOf('A B'), '0.9', () => true)).toEqual([]);
    expect(promised.map(({ of }) => of)).not.toContain('Order');
  });
});
