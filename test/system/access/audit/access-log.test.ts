/** R27: the access log tells patrons who opened, read or changed their data, which data, and when. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemForTests } from '../../system-for-tests.ts';

const patronId = 'P0000003';
const query = `query ($after: String, $first: Int! = 20) { patron(id: "${patronId}") {
  accessLog(first: $first, after: $after) {
    edges { node { at kind field role clientId } } pageInfo { hasNextPage endCursor }
  }
} }`;

interface Log {
  readonly edges: readonly { readonly node: Readonly<Record<string, string | null>> }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const system = systemForTests(undefined, {}, { showsWholeGraph: true });
let reader: string;
beforeAll(async () => {
  reader = await system.token({ subject: 'reader', clientId: 'app', patronId });
  const scope = 'patrons:read patrons:write identity:read';
  const token = await system.token({ subject: 'staff-7', clientId: 'counter', scope });
  await system.ask(`{ patron(id: "${patronId}") { identityDocuments { number } } }`, { token });
  await amend('amendContact', { reader: { patronId }, telephone: '21110077' }, reader);
  await system.ask('{ patronByIdentity(document: { kind: HKID, number: "C246801(6)" }) { id } }', { token });
  await amend('amendPatron', { patronId, clear: ['CHINESE_NAME'], status: 'SUSPENDED' }, token);
});

async function amend(name: string, input: object, token: string): Promise<void> {
  const { body } = await system.ask(`{ patron(id: "${patronId}") { version } }`, { token });
  const { version } = (body.data as { patron: { version: string } }).patron;
  const full = { reference: randomUUID(), version, ...input };
  const changed = await system.mutate(name, 'operation { state }', full, { token });
  expect(changed.body.data).toEqual({ [name]: { operation: { state: 'DONE' } } });
}

async function logOf(token: string, variables: object = {}): Promise<Log> {
  const { body } = await system.ask(query, { token, variables: { ...variables } });
  expect(body.errors).toBeUndefined();
  return (body.data as { patron: { accessLog: Log } }).patron.accessLog;
}

const by = { role: 'STAFF', clientId: 'counter', at: expect.stringMatching(/^2.*\+08:00$/) };
const entries = [
  { ...by, kind: 'CHANGED', field: 'credential.block' },
  { ...by, kind: 'CHANGED', field: 'status' },
  { ...by, kind: 'CHANGED', field: 'chineseName' },
  { ...by, kind: 'RECORD_READ', field: null },
  { ...by, kind: 'FOUND_BY_IDENTITY_DOCUMENT', field: null },
  { ...by, kind: 'CHANGED', field: 'telephone', role: 'PATRON', clientId: 'app' },
  { ...by, kind: 'IDENTITY_NUMBER_READ', field: null },
  { ...by, kind: 'RECORD_READ', field: null },
];

test('the patron sees every entry, the latest first, and no name of staff', async () => {
  const log = await logOf(reader);
  expect(log.edges.map(({ node }) => node)).toEqual(entries);
  expect(log.pageInfo.hasNextPage).toBe(false);
  expect(JSON.stringify(log)).not.toContain('staff-7');
});

test('the log is the same page by page', async () => {
  const token = await system.token({ subject: 'clerk', scope: 'patrons:read' });
  const seen: unknown[] = [];
  let after: string | null = null;
  for (let hasNextPage = true; hasNextPage; ) {
    const { edges, pageInfo }: Log = await logOf(token, { first: 2, after });
    seen.push(...edges.map(({ node }) => node));
    after = pageInfo.endCursor;
    hasNextPage = pageInfo.hasNextPage;
  }
  expect(seen).toEqual(entries);
});

test.each<[string, object, string]>([
  ['another patron', { patronId: 'P0000004' }, 'FORBIDDEN'],
  ['a station', { scope: 'station' }, 'FORBIDDEN'],
])('%s doesn’t see it', async (_, claims, code) => {
  const { body } = await system.ask(query, { token: await system.token(claims) });
  expect(body.errors).toMatchObject([{ extensions: { code } }]);
  expect(JSON.stringify(body.data)).not.toContain('CHANGED');
});

test('a cursor of another list is rejected', async () => {
  const after = Buffer.from('Patron.accessLog:P0000001').toString('base64url');
  const { body } = await system.ask(query, { token: reader, variables: { after } });
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

describe('R27: what is opened', () => {
  const card = '21852000000033';
  const me = 'P0000002';
  const cardAndPin = { libraryCardNumber: card, pin: '1234' };
  const counter = { subject: 'staff-7', clientId: 'counter' };
  const station = { subject: 'station-1', clientId: 'station-1', scope: 'station' };
  const latest = async (count: number, fields = 'kind role clientId') => {
    const { me: found } = await system.read<{ readonly me: { readonly accessLog: Log } }>(
      `{ me { accessLog(first: ${count}) { edges { node { ${fields} } } } } }`,
      { token: await system.token({ subject: me, clientId: 'app', patronId: me }) },
    );
    return found.accessLog.edges.map(({ node }) => node);
  };

  test.each([
    ['the name', 'patrons:read', `{ patron(id: "${me}") { name { english } } }`, 'RECORD_READ'],
    [
      'one fact of the record',
      'patrons:read',
      `{ patron(id: "${me}") { contact { email } } }`,
      'RECORD_READ',
    ],
    [
      'a name in a search',
      'patrons:read',
      '{ patrons(search: { name: "siu ming" }, first: 5) { edges { node { name { english } } } } }',
      'RECORD_READ',
    ],
    [
      'loans',
      'circulation:read',
      `{ patron(id: "${me}") { loans { edges { node { dueOn } } } } }`,
      'LOANS_READ',
    ],
    ['holds', 'circulation:read', `{ patron(id: "${me}") { holds { id } } }`, 'LOANS_READ'],
    ['charges', 'circulation:read', `{ patron(id: "${me}") { charges { id } } }`, 'LOANS_READ'],
  ])('staff who open %s are in the log', async (_, scope, query, kind) => {
    const before = (await latest(100)).length;
    await system.read(query, { token: await system.token({ ...counter, scope }) });
    expect(await latest(1)).toEqual([{ kind, role: 'STAFF', clientId: 'counter' }]);
    expect(await latest(100)).toHaveLength(before + 1);
  });

  test.each([
    ['the name', `{ credential(libraryCardNumber: "${card}") { patron { name { given } } } }`, 'RECORD_READ'],
    [
      'loans by number and PIN',
      `{ readerLoans(reader: { libraryCardNumber: "${card}", pin: "1234" }) { edges { node { id } } } }`,
      'LOANS_READ',
    ],
  ])('a station that opens %s is in the log', async (_, query, kind) => {
    await system.read(query, { token: await system.token(station) });
    expect(await latest(1)).toEqual([{ kind, role: 'STATION', clientId: 'station-1' }]);
  });

  test('the reader, and the telephone service for a reader with number and PIN, are not in the log', async () => {
    const before = await latest(100);
    const own = '{ me { name { english } loans { edges { node { id } } } } }';
    await system.read(own, { token: await system.token({ subject: me, patronId: me }) });
    await system.read('query ($reader: CardAndPin!) { readerHolds(reader: $reader) { id } }', {
      token: await system.token({ subject: 'telephone', scope: 'telephone' }),
      variables: { reader: cardAndPin },
    });
    expect(await latest(100)).toEqual(before);
  });

  test('the colleague is named to staff with `audit:read`, and to nobody else', async () => {
    const opened = `{ patron(id: "${me}") { status } }`;
    await system.read(opened, { token: await system.token({ ...counter, scope: 'patrons:read' }) });
    const query = `{ patron(id: "${me}") { accessLog(first: 1) { edges { node { kind colleague } } } } }`;
    const named = { token: await system.token({ subject: 'auditor', scope: 'patrons:read audit:read' }) };
    expect(await system.read(query, named)).toEqual({
      patron: { accessLog: { edges: [{ node: { kind: 'RECORD_READ', colleague: 'staff-7' } }] } },
    });
    for (const claims of [{ subject: me, patronId: me }, { scope: 'patrons:read' }]) {
      const { body } = await system.ask(query, { token: await system.token(claims) });
      expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(JSON.stringify(body)).not.toContain('staff-7');
    }
  });

  test('the reason is that of the request; one that is not in the schema is none', async () => {
    const opened = `{ patron(id: "${me}") { status } }`;
    const token = await system.token({ ...counter, scope: 'patrons:read' });
    for (const reason of ['READER_ASKED', 'CURIOSITY', 'Mrs Chan asked']) {
      await system.read(opened, { token, accessReason: reason });
    }
    expect(await latest(3, 'reason')).toEqual([
      { reason: null },
      { reason: null },
      { reason: 'READER_ASKED' },
    ]);
  });
});

describe('R27: a library that asks for a reason', () => {
  const asking = systemForTests(undefined, {}, { asksForReasons: true });
  const query = '{ patron(id: "P0000002") { name { english } } }';

  test('refuses staff without one, and answers stations and staff with one', async () => {
    const token = await asking.token({ subject: 'staff-7', clientId: 'counter', scope: 'patrons:read' });
    const { body } = await asking.ask(query, { token, language: 'zh-Hant' });
    expect(body).toMatchObject({
      data: { patron: { name: null } },
      errors: [{ message: /查閱的原因/, extensions: { code: 'ACCESS_REASON_NEEDED' } }],
    });
    expect(await asking.read(query, { token, accessReason: 'READER_PRESENT' })).toEqual({
      patron: { name: { english: 'LEE, SIU MING' } },
    });
    const station = await asking.token({ subject: 'station-1', clientId: 'station-1', scope: 'station' });
    const greeting = '{ credential(libraryCardNumber: "21852000000033") { patron { name { given } } } }';
    expect(await asking.read(greeting, { token: station })).toEqual({
      credential: { patron: { name: { given: 'Siu Ming' } } },
    });
  });
});
