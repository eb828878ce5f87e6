/**
 * Attacks with documents and bodies that are just small enough to be accepted, and as expensive as possible to process.
 */
import { bodyBytes, bodyOf, type Family, nearly, pick, type Random, times, tokens } from './attack.ts';

const item = (selections: string) => `{ item(itemNumber: "1") { ${selections} } }`;
const leaves = ['title', 'author', 'callNumber', 'branch', 'material', 'state', 'itemNumber', 'titleNumber'];

function family(name: string, body: (random: Random) => string): Family {
  return { name, make: (random) => ({ body: body(random) }) };
}

/** The number of times that `one` fits into a body, besides `rest`. */
const filled = (one: string, rest: string) => Math.floor((bodyBytes - rest.length) / one.length);

export const documentFamilies: readonly Family[] = [
  family('one field, again and again', (random) => {
    const leaf = pick(random, leaves);
    return bodyOf(item(times(nearly(random, tokens - 15, 0.05), () => leaf)));
  }),
  family('fields with fields, again and again', (random) => {
    const width = 2 + Math.floor(random() * 40);
    const inner = times(width, () => 'id');
    return bodyOf(
      `{ me { ${times(nearly(random, tokens / (width + 3), 0.05), () => `credentials { ${inner} }`)} } }`,
    );
  }),
  family('fields in fields, again and again', (random) => {
    const deep = 2 + Math.floor(random() * 4);
    const one = `${'credentials { patron { '.repeat(deep)} id ${'} }'.repeat(deep)}`;
    return bodyOf(`{ me { ${times(nearly(random, tokens / (deep * 6 + 1), 0.05), () => one)} } }`);
  }),
  family('fields that conflict', (random) => {
    const first = () => `loans(first: ${Math.floor(random() * 1000)}) { totalCount }`;
    return bodyOf(`{ me { ${times(nearly(random, 140, 0.3), first)} } }`);
  }),
  family('fragments that are all spread at one place', (random) => {
    const count = nearly(random, tokens / 12, 0.1);
    const leaf = pick(random, ['id', 'status', 'registeredOn']);
    const definitions = times(count, (n) => `fragment F${n} on Patron { ${leaf} ${leaf} ${leaf} }`);
    return bodyOf(`{ me { ${times(count, (n) => `...F${n}`)} } } ${definitions}`);
  }),
  family('fields that conflict in a fragment that nothing spreads', (random) => {
    const cards = times(
      nearly(random, tokens / 4 - 5),
      () => `credentials { ${pick(random, ['libraryCardNumber', 'status'])} }`,
    );
    return bodyOf(`{ __typename } fragment F on Patron { ${cards} }`);
  }),
  family('fragments in fragments', (random) => {
    const count = nearly(random, tokens / 15);
    const next = (n: number) => (n + 1 < count ? `...F${n + 1} ...F${Math.min(n + 2, count - 1)}` : '');
    return bodyOf(`{ me { ...F0 } } ${times(count, (n) => `fragment F${n} on Patron { id ${next(n)} }`)}`);
  }),
  family('inline fragments in inline fragments', (random) => {
    const deep = nearly(random, tokens / 6, 0.1);
    return bodyOf(`{ me { ${'... on Patron { id '.repeat(deep)} ${'}'.repeat(deep)} } }`);
  }),
  family('many operations over many fragments', (random) => {
    const count = nearly(random, tokens / 24);
    const next = (n: number) => (n + 1 < count ? `...F${n + 1}` : 'title');
    const operations = times(count, (n) => `query O${n}($x: ID!) { item(itemNumber: $x) { ...F0 } }`);
    return bodyOf(`${operations} ${times(count, (n) => `fragment F${n} on Item { ${next(n)} }`)}`);
  }),
  family('aliases of introspection', (random) => {
    const count = nearly(random, 55, 0.02);
    const one = 'types { fields { args { type { kind name } } } }';
    return bodyOf(`{ __schema { ${times(count, (n) => `a${n}: ${one}`)} } }`);
  }),
  family('introspection in introspection', (random) => {
    const deep = 1 + Math.floor(random() * 4);
    const one = `${'fields { type { '.repeat(deep)} name ${'} }'.repeat(deep)}`;
    return bodyOf(`{ __schema { types { ${one} } } }`);
  }),
  family('fields that are not there', (random) => {
    const almost = () => `${pick(random, leaves)}${pick(random, ['s', 'x', 'Numbers'])}`;
    return bodyOf(item(times(nearly(random, 900, 0.1), almost)));
  }),
  family('types that are not there', (random) => {
    const almost = () =>
      pick(random, ['Patrom', 'Credentials', 'LibraryCart', 'ItemStat', 'CirculationProblems']);
    return bodyOf(`{ ${times(nearly(random, 140), () => `... on ${almost()} { __typename }`)} }`);
  }),
  family('errors on many lines', (random) => {
    const fields = times(nearly(random, 900), (n) => `nothing${n}`, '\n');
    const query = item(fields);
    return bodyOf('\n'.repeat(Math.floor((bodyBytes - query.length * 2) / 2)) + query);
  }),
  family('a long name in every error', (random) => {
    const count = nearly(random, 150);
    const variables = times(count, (n) => `v${n}: item(itemNumber: $v${n}) { title }`);
    return bodyOf(`query ${'O'.repeat(bodyBytes - variables.length - 100)} { ${variables} }`);
  }),
  family('a literal of many values', (random) => {
    const values = times(nearly(random, tokens - 20), () => pick(random, ['QUEUED', 'READY', 'LAPSED']));
    return bodyOf(`{ me { holds(state: [${values}]) { id } } }`);
  }),
  family('many literals', (random) => {
    const one = (n: number) => `a${n}: loans(first: ${n}, after: "${n}") { totalCount }`;
    return bodyOf(`{ me { ${times(nearly(random, 99), one)} } }`);
  }),
  family('a long string', (random) => {
    const text = pick(random, ['x', '\\n', '\\u0041', '"', 'é', '\n'].slice(0, 3));
    return bodyOf(
      `{ items(title: "${text.repeat(filled(JSON.stringify(text).slice(1, -1), '-'.repeat(100)))}") { title } }`,
    );
  }),
  family('a string of many lines', (random) => {
    const line = pick(random, [' \n', '\n', '  x\n']);
    const lines = line.repeat(Math.floor((bodyBytes - 200) / (line.length + 1)));
    return bodyOf(`{ items(title: """${lines}""") { title } }`);
  }),
  family('long numbers', (random) => {
    const digits = pick(random, ['9', '9.9', '1e']).padEnd(3, '1');
    return bodyOf(`{ items(title: "ab", first: ${digits}${'9'.repeat(bodyBytes - 200)}) { title } }`);
  }),
  family('a page of everything', (random) => {
    const cards = 'credentials { libraryCardNumber status issuedOn closedOn patron { id } }';
    const one = `id status registeredOn name { english given chinese } ${cards}
      loanQuota { limit used pending remaining asOf byCredential { used } } charges { id kind amount { cents } }
      loans(first: 10) { totalCount edges { node { id dueOn overdue renewals item { title author callNumber } } } }`;
    return bodyOf(
      `{ patrons(first: ${nearly(random, 100)}) { totalCount edges { cursor node { ${one} } } } }`,
    );
  }),
  family('a page of the same under many names', (random) => {
    const card = 'libraryCardNumber status issuedOn closedOn patron { id }';
    const cards = times(nearly(random, 20), (n) => `a${n}: credentials { ${card} }`);
    return bodyOf(`{ patrons(first: 100) { edges { node { ${cards} } } } }`);
  }),
  family('items under many names', (random) => {
    const one = times(nearly(random, 4), (n) => `a${n}: title`);
    const item = `${leaves.join(' ')} ${one}`;
    return bodyOf(`{ ${times(19, (n) => `i${n}: items(title: "Wal", first: ${100 - n}) { ${item} }`)} }`);
  }),
  family('comments and commas', (random) => {
    const nothing = pick(random, [',', '#\n', ' ', '\ufeff']);
    const long = nothing.repeat(filled(JSON.stringify(nothing).slice(1, -1), '-'.repeat(200)) / 2);
    return bodyOf(`${long}{ item(itemNumber: "1") { title } }`);
  }),
  family('conditions', (random) => {
    const names = Array.from({ length: nearly(random, 90) }, (_, n) => `c${n}`);
    const declared = names.map((name) => `$${name}: Boolean!`).join(' ');
    const fields = names.map((name) => `title @skip(if: $${name})`).join(' ');
    const values = Object.fromEntries(names.map((name) => [name, random() < 0.5]));
    return bodyOf(`query (${declared}) ${item(`itemNumber ${fields}`)}`, values);
  }),
  family('many variables with defaults', (random) => {
    const count = nearly(random, tokens / 14);
    const declared = times(count, (n) => `$v${n}: Int! = ${n}`);
    const used = times(Math.min(count, 99), (n) => `a${n}: loans(first: $v${n}) { totalCount }`);
    return bodyOf(`query (${declared}) { me { ${used} } }`);
  }),
  family('a list of wrong values', (random) => {
    const values = Array.from({ length: nearly(random, bodyBytes / 2.2) }, () => 1);
    const query = 'mutation ($i: SubmitApplicationInput!) { submitApplication(input: $i) { receipt } }';
    return bodyOf(query, { i: { reference: 'r', channel: 'INTERNET', wants: values } });
  }),
  family('lists in lists', (random) => {
    const deep = nearly(random, bodyBytes / 2.2);
    const query = 'query ($s: [HoldState!]! = [READY]) { me { holds(state: $s) { id } } }';
    return `{"query":${JSON.stringify(query)},"variables":{"s":${'['.repeat(deep)}${']'.repeat(deep)}}}`;
  }),
  family('objects in objects', (random) => {
    const deep = nearly(random, bodyBytes / 6.5);
    const query = 'query ($s: SmartIdPresented!) { smartId(presented: $s) { status } }';
    return `{"query":${JSON.stringify(query)},"variables":{"s":${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}}}`;
  }),
  family('an object of many fields', (random) => {
    const query = 'query ($s: SmartIdPresented!) { smartId(presented: $s) { status } }';
    const count = nearly(random, bodyBytes / 11);
    return bodyOf(query, { s: Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n])) });
  }),
  family('a syntax tree in place of a document', (random) => {
    const field = { kind: 'Field', name: { kind: 'Name', value: 'title' } };
    const set = (selections: unknown[]) => ({ kind: 'SelectionSet', selections });
    const one = { kind: 'Field', name: { kind: 'Name', value: 'item' } };
    const wide = Array.from({ length: nearly(random, bodyBytes / 70) }, () => field);
    const operation = {
      kind: 'OperationDefinition',
      operation: 'query',
      selectionSet: set([{ ...one, selectionSet: set(wide) }]),
    };
    return bodyOf(JSON.stringify({ kind: 'Document', definitions: [operation] }));
  }),
  family('JSON that is none of ours', (random) =>
    pick(random, [
      `[${'1,'.repeat(bodyBytes / 2 - 2)}1]`,
      '['.repeat(bodyBytes),
      `{"query":"${'\\u0041'.repeat(bodyBytes / 6 - 10)}"}`,
      `{${times(bodyBytes / 10, (n) => `"${n}":0`, ',')}}`,
      `{"query":"{__typename}","extensions":{"a":[${'{},'.repeat(bodyBytes / 3 - 30)}{}]}}`,
    ]),
  ),
];
