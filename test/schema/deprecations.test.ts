/**
 * The policy of docs/guides/front-ends.md. The deprecation of a name states its release, its reason and the
 * replacement. A later release removes the name.
 */
import { readFileSync } from 'node:fs';
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { clientSchema, coordinatesOf } from './coordinates.ts';

/** The number of later releases that still serve a deprecated name. */
const releasesKept = 2;

const form = /^Since (?<since>\d+\.\d+)\. [A-Z`].*\. Use `[^`]+`.*\.$/s;

/** The releases so far, oldest first, in the form `0.2`. `present` is the present release. */
interface Releases {
  readonly all: readonly string[];
  readonly present: string;
}

/** A message for each mistake in the deprecations of a schema. */
function faultsOf(schema: GraphQLSchema, { all, present }: Releases): string[] {
  const coordinates = coordinatesOf(schema);
  const names = new Set(coordinates.map(({ name }) => name));
  return coordinates.flatMap(({ name, deprecationReason }) => {
    if (deprecationReason === null) {
      return [];
    }
    const since = form.exec(deprecationReason)?.groups?.since;
    if (since === undefined) {
      return [`${name}: the form is "Since 0.2. Why it goes. Use \`Type.field\`."`];
    }
    const index = all.indexOf(since);
    const replacements = [...deprecationReason.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each);
    return [
      ...(index === -1 ? [`${name}: ${since} is no release`] : []),
      ...(index !== -1 && all.indexOf(present) - index > releasesKept ? [`${name}: remove it`] : []),
      ...replacements
        .filter((replacement) => replacement === name || !names.has(replacement))
        .map((replacement) => `${name}: there is no other \`${replacement}\``),
    ];
  });
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const minorOf = (version: string): string => /^\d+\.\d+/.exec(version)?.[0] ?? '';

/** The releases of the changelog and the next one. New deprecations name the next release. */
function releases(): Releases {
  const present = minorOf(JSON.parse(read('package.json')).version);
  const [major = 0, minor = 0] = present.split('.').map(Number);
  const headings = [...read('CHANGELOG.md').matchAll(/^## (\d+\.\d+)\.\d+/gm)].map(([, each = '']) => each);
  return { all: [...new Set([...headings.reverse(), present, `${major}.${minor + 1}`])], present };
}

test('each deprecated name says since when, why and what takes its place, and goes in time', () => {
  expect(faultsOf(clientSchema(), releases())).toEqual([]);
});

describe('the check of deprecations', () => {
  const faults = (reason: string, present = '0.3') => {
    const sdl = `type Query { old: Int @deprecated(reason: ${JSON.stringify(reason)}) new(of: ID): Int }`;
    const all = ['0.1', '0.2', '0.3', '0.9', '1.0'];
    return faultsOf(buildASTSchema(parse(sdl)), { all, present });
  };

  test.each(['0.2', '0.3', '0.9'])('of 0.2 finds nothing wrong in %s', (present) => {
    expect(faults('Since 0.2. There is a better one. Use `Query.new`.', present)).toEqual([]);
  });

  test.each([
    ['no reason', 'No longer supported', '0.3', 'the form is'],
    ['no release', 'There is a better one. Use `Query.new`.', '0.3', 'the form is'],
    [
      'a release that was none',
      'Since 0.4. There is a better one. Use `Query.new`.',
      '0.3',
      '0.4 is no release',
    ],
    ['no reason but its release', 'Since 0.2. Use `Query.new`.', '0.3', 'the form is'],
    ['no replacement', 'Since 0.2. Nobody uses it.', '0.3', 'the form is'],
    [
      'a replacement by its field alone',
      'Since 0.2. There is a better one. Use `new`.',
      '0.3',
      'no other `new`',
    ],
    ['a replacement that is gone', 'Since 0.2. It moved. Use `Query.gone`.', '0.3', 'no other `Query.gone`'],
    ['itself', 'Since 0.2. It moved. Use `Query.old`.', '0.3', 'no other `Query.old`'],
    ['what has stayed its time', 'Since 0.2. It moved. Use `Query.new(of:)`.', '1.0', 'remove it'],
  ])('finds %s', (_what, reason, present, expected) => {
    expect(faults(reason, present)).toEqual([expect.stringContaining(expected)]);
  });
});
