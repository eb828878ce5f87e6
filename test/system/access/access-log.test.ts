/** R27: the access log tells patrons who read or changed their data, which data, and when. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { systemForTests } from '../system-for-tests.ts';

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
  { ...by, kind: 'CHANGED', field: 'status' },
  { ...by, kind: 'CHANGED', field: 'chineseName' },
  { ...by, kind: 'FOUND_BY_IDENTITY_DOCUMENT', field: null },
  { ...by, kind: 'CHANGED', field: 'telephone', role: 'PATRON', clientId: 'app' },
  { ...by, kind: 'IDENTITY_NUMBER_READ', field: null },
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
  const after = Buffer.from('after:P0000001').toString('base64url');
  const { body } = await system.ask(query, { token: reader, variables: { after } });
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});
