import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anonymous } from '../../../../../gateway/access/caller.ts';
import { AutomaticDocuments } from '../../../../../gateway/access/documents/automatic.ts';
import { DocumentPolicy } from '../../../../../gateway/access/documents/policy.ts';
import { TrustedDocuments } from '../../../../../gateway/access/documents/trusted-documents.ts';
import { type Audience, audiences, parseByAudience } from '../../../../../gateway/audiences.ts';

let dir: string;
let log: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'patron-graph-manifests-'));
  log = [];
});
afterEach(() => rm(dir, { recursive: true }));

const logger = () => pino({ level: 'info' }, { write: (line: string) => log.push(line) });
const open = () => TrustedDocuments.open(dir, 2000, logger());
const callerOf = (audience: Audience) => ({ ...anonymous, audience });

const trusted = 'query Trusted { me { id } }';
const other = 'query Other { me { name } }';

test('each audience has its mode, and a caller without an audience is the public', async () => {
  await writeFile(join(dir, 'app.json'), JSON.stringify({ trusted }));
  await using documents = await open();
  const modes = parseByAudience('staff=off,public=require,*=audit', ['off', 'audit', 'require'], 'off');
  const automatic = new AutomaticDocuments();
  const policy = new DocumentPolicy({ trusted: { documents, modes }, automatic, log: logger() });
  const outcomes = audiences.map((audience) => {
    const logged = log.length;
    const decision = policy.decide({ query: `${other} # ${audience}` }, callerOf(audience));
    return [audience, decision.served ? (log.length > logged ? 'logged' : 'served') : decision.refusal.code];
  });
  expect(Object.fromEntries(outcomes)).toEqual({
    reader: 'logged',
    partner: 'logged',
    'sign-in': 'logged',
    station: 'logged',
    telephone: 'logged',
    staff: 'served',
    public: 'QUERY_NOT_IN_SAFELIST',
  });
  expect(policy.decide({ query: other }, anonymous).served).toBe(false);
  expect(audiences.filter((audience) => policy.servesEveryText(callerOf(audience)))).toEqual(['staff']);
  for (const audience of audiences) {
    const decision = policy.decide({ documentId: { id: 'trusted', apollo: true } }, callerOf(audience));
    expect(decision).toEqual({ served: true, known: true, query: trusted, register: null });
  }
});

test('what one audience registered is no document of another one that must be trusted', async () => {
  await using documents = await open();
  const modes = parseByAudience('public=require', ['off', 'audit', 'require'], 'off');
  const automatic = new AutomaticDocuments();
  automatic.register('hash', other);
  const policy = new DocumentPolicy({ trusted: { documents, modes }, automatic, log: logger() });
  const requested = { documentId: { id: 'hash', apollo: true } };
  expect(policy.decide(requested, callerOf('staff'))).toEqual({
    served: true,
    known: true,
    query: other,
    register: null,
  });
  const refused = policy.decide(requested, callerOf('public'));
  const unknown = policy.decide({ documentId: { id: 'unknown', apollo: true } }, callerOf('public'));
  expect(refused).toMatchObject({ refusal: { code: 'PERSISTED_QUERY_NOT_FOUND' } });
  expect(refused).toEqual(unknown);
});

test.each([
  [
    'white space, commas and comments',
    '# a comment\nquery A($x:ID) {me{...F,...G}}fragment F on User{id} fragment G on User{name}',
    true,
  ],
  [
    'the order of operations and fragments',
    'fragment G on User { name } fragment F on User { id } query A($x: ID) { me { ...F ...G } }',
    true,
  ],
  [
    'another name',
    'query B($x: ID) { me { ...F ...G } } fragment F on User { id } fragment G on User { name }',
    false,
  ],
  [
    'the order of fields',
    'query A($x: ID) { me { ...G ...F } } fragment F on User { id } fragment G on User { name }',
    false,
  ],
  [
    'a directive',
    'query A($x: ID) { me { ...F ...G @skip(if: true) } } fragment F on User { id } fragment G on User { name }',
    false,
  ],
  [
    'a second operation',
    'query A($x: ID) { me { ...F ...G } } query B { me { id } } fragment F on User { id } fragment G on User { name }',
    false,
  ],
])('a text that differs in %s', async (_what, text, isTrusted) => {
  const manifest =
    'query A($x: ID) { me { ...F ...G } } fragment F on User { id } fragment G on User { name }';
  await writeFile(join(dir, 'app.json'), JSON.stringify({ manifest }));
  await using documents = await open();
  expect(documents.index.judge(text).trusted).toBe(isTrusted);
});

test('of two manifests with one id for two documents the first counts, and the other is reported', async () => {
  await writeFile(join(dir, 'b.json'), JSON.stringify({ id: other, more: other }));
  await writeFile(join(dir, 'a.json'), JSON.stringify({ id: trusted }));
  await using documents = await open();
  expect([documents.index.find('id'), documents.index.find('more')]).toEqual([trusted, other]);
  expect(log.filter((line) => line.includes('stands for another document in a.json'))).toHaveLength(1);
});

test('documents of all manifests are bounded', async () => {
  const manifest = (name: string) =>
    Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${name}${i}`, `query Q${i} { a }`]));
  for (const name of ['a', 'b', 'c']) {
    await writeFile(join(dir, `${name}.json`), JSON.stringify(manifest(name)));
  }
  await using documents = await open();
  expect(documents.index.documents).toHaveLength(10_000);
  expect(documents.index.find('c0')).toBeUndefined();
  expect(log.filter((line) => line.includes('more than 10000 documents'))).toHaveLength(1);
});

test('a check that fails is logged, and the next one is made', async () => {
  await writeFile(join(dir, 'app.json'), JSON.stringify({ trusted }));
  await using documents = await open();
  await documents.checkWith(() => {
    throw new TypeError('S3CRET');
  });
  expect(log.filter((line) => line.includes('could not be checked'))).toHaveLength(1);
  expect(log.join('')).not.toContain('S3CRET');
  await documents.checkWith(() => []);
  expect(documents.invalidDocuments).toBe(0);
});

test('documents are read and checked in short stretches of the event loop', async () => {
  const texts = Array.from({ length: 3000 }, (_, i) => [`${i}`, `query Q${i} { ${'a '.repeat(100)} }`]);
  await writeFile(join(dir, 'a.json'), JSON.stringify(Object.fromEntries(texts)));
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  await using documents = await open();
  const turnsToRead = turns;
  await documents.checkWith((text) => {
    const end = performance.now() + 0.1;
    while (performance.now() < end) {
      // Simulates a validation that takes 0.1 ms.
    }
    return text.startsWith('query Q0 ') ? ['wrong'] : [];
  });
  clearInterval(counting);
  expect(documents.invalidDocuments).toBe(1);
  expect(turnsToRead).toBeGreaterThan(5);
  expect(turns - turnsToRead).toBeGreaterThan(20);
});
