/**
 * The third part of `npm run compose`: writes the lists of `docs/guides/scopes.md`. They say which fields each caller
 * may have, by the SDLs in this folder. With `-- --check` it writes nothing, and fails if the lists are stale.
 */
import { readFile } from 'node:fs/promises';
import { type LimitedAccess, readAccess } from './access.ts';
import { type CallerKind, mayHave, reachableFields, readGraph } from './reachable.ts';
import { writeOrCheck } from './write-or-check.ts';

const page = new URL('../docs/guides/scopes.md', import.meta.url);
/** The line below which the page is generated. The part above is written by hand. */
const marker = '<!-- Generated from here on by `npm run compose`. -->\n';
const lineWidth = 120;

/** Titles of the callers who are not staff, by their scope. */
const titles = new Map([
  ['station', 'A station: `station`'],
  ['telephone', 'The telephone service: `telephone`'],
  ['partner:verify', 'A partner: `partner:verify`'],
  ['sign-in', 'The sign-in page: `sign-in`'],
]);
const anyToken: CallerKind = { isSignedIn: true, isPatron: false, scopes: [] };
const patron: CallerKind = { isSignedIn: true, isPatron: true, scopes: [] };
const holderOf = (scope: string): CallerKind => ({ isSignedIn: true, isPatron: false, scopes: [scope] });

const access = readAccess();
const graph = readGraph(await readFile(new URL('supergraph.graphql', import.meta.url), 'utf8'));
const forEveryToken = reachableFields(graph, access, anyToken);

const typeOf = (coordinate: string): string => coordinate.slice(0, coordinate.indexOf('.'));
const fieldOf = (coordinate: string): string => coordinate.slice(coordinate.indexOf('.') + 1);
const isInput = (coordinate: string): boolean => graph.fieldsOf(typeOf(coordinate)).length === 0;

/** Returns the fields of a type that no interface of the type declares. */
const ownFieldsOf = (type: string): readonly string[] =>
  graph.fieldsOf(type).filter((coordinate) => !graph.isInherited(coordinate));

/** The fields whose access is limited: fields of objects that clients see, and fields of inputs. */
const limited: ReadonlyMap<string, LimitedAccess> = new Map(
  [...access].flatMap(([coordinate, rule]) =>
    rule.kind === 'limited' && (isInput(coordinate) || ownFieldsOf(typeOf(coordinate)).includes(coordinate))
      ? [[coordinate, rule] as const]
      : [],
  ),
);
const limitedTypes = [...new Set([...limited.keys()].map(typeOf))]
  .filter((type) => !graph.roots.includes(type))
  .sort();
const staffScopes = [
  ...new Set([...limited.values()].flatMap(({ scopes, withPin }) => [...scopes, ...withPin])),
]
  .filter((scope) => !titles.has(scope))
  .sort();

const code = (coordinates: readonly string[]): string =>
  coordinates.map((coordinate) => `\`${coordinate}\``).join(', ');
const names = (coordinates: readonly string[]): string => code(coordinates.map(fieldOf).sort());

/** Returns a list item, wrapped. Empty if there is nothing to list. */
function item(label: string, listed: string): readonly string[] {
  if (listed === '') {
    return [];
  }
  const lines: string[] = [];
  let line = '-';
  for (const word of `${label}: ${listed}`.split(' ')) {
    if (line.length + word.length + 1 > lineWidth) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [[...lines, line].join('\n')];
}

const section = (title: string, items: readonly string[]): string => `### ${title}\n\n${items.join('\n')}`;

/** The heading of the fields of each root type. */
const listsOf: Readonly<Record<string, string>> = {
  Query: 'Queries',
  Mutation: 'Mutations',
  Subscription: 'Subscriptions',
};

const rootsFor = (kind: 'everybody' | 'signed in'): readonly string[] =>
  graph.roots.flatMap((root) =>
    item(
      listsOf[root] ?? root,
      names(graph.fieldsOf(root).filter((coordinate) => access.get(coordinate)?.kind === kind)),
    ),
  );

/**
 * Returns the list items about a caller: the limited fields that the caller may have, the input fields, and the fields
 * that the caller's scope alone doesn't reach.
 */
function itemsOf(caller: CallerKind): readonly string[] {
  const reached = reachableFields(graph, access, caller);
  const allowed = [...limited].filter(([, rule]) => mayHave(rule, caller));
  const coordinates = allowed.map(([coordinate]) => coordinate);
  const withPin = allowed
    .filter(([, rule]) => !mayHave({ ...rule, withPin: [] }, caller))
    .map(([coordinate]) => coordinate);
  const without = (root: string) =>
    coordinates.filter((coordinate) => typeOf(coordinate) === root && !withPin.includes(coordinate));
  return [
    ...graph.roots.flatMap((root) => item(listsOf[root] ?? root, names(without(root)))),
    ...item("With a reader's card number and PIN", names(withPin)),
    ...limitedTypes.flatMap((type) => item(`\`${type}\``, fieldsReached(type, reached))),
    ...item('Input fields', code(coordinates.filter(isInput))),
    ...item(
      'Not with this scope alone',
      code(coordinates.filter((coordinate) => !isInput(coordinate) && !reached.has(coordinate))),
    ),
  ];
}

/**
 * Returns the fields of a type that a caller gets. Empty if the caller gets none, or only fields that every token gets.
 */
function fieldsReached(type: string, reached: ReadonlySet<string>): string {
  const fields = ownFieldsOf(type);
  const got = fields.filter((coordinate) => reached.has(coordinate));
  const missing = fields.filter((coordinate) => !reached.has(coordinate));
  if (got.every((coordinate) => forEveryToken.has(coordinate))) {
    return '';
  }
  if (missing.length === 0) {
    return 'every field';
  }
  return missing.length < got.length ? `every field but ${names(missing)}` : names(got);
}

/** The fields of a patron's own data that the patron gets only soon after signing in. */
const freshFields = [...limited].flatMap(([coordinate, { own, freshSeconds }]) =>
  own && freshSeconds !== null ? [coordinate] : [],
);

const generated = [
  '## By caller',
  [
    'What a token gets that has this and nothing more, besides what every token gets. Where a type is not named, whoever gets to',
    'it may have every field.',
  ].join('\n'),
  section('Everybody, also without a token', rootsFor('everybody')),
  section('Every token', rootsFor('signed in')),
  section('A reader: `patron_id`', [
    ...itemsOf(patron),
    ...item('Only within ten minutes after signing in', code(freshFields)),
  ]),
  ...[...titles].map(([scope, title]) => section(title, itemsOf(holderOf(scope)))),
  ...staffScopes.map((scope) => section(`Staff: \`${scope}\``, itemsOf(holderOf(scope)))),
].join('\n\n');

const [byHand = '', ...rest] = (await readFile(page, 'utf8')).split(marker);
if (rest.length !== 1) {
  throw new Error(`docs/guides/scopes.md must have one line ${marker}`);
}
await writeOrCheck(page, `${byHand}${marker}\n${generated}\n`);
