import type { JWTPayload } from 'jose';
import { expect, test } from 'vitest';
import { entryDefaults, type Grant, type IssuerEntry } from '../../../../../gateway/access/issuers/entry.ts';
import { identityOf } from '../../../../../gateway/access/issuers/identity.ts';

const grant: Grant = {
  clients: ['web', 'app'],
  audience: 'reader',
  scopes: new Set(['station', 'telephone']),
  patronId: false,
  partner: null,
};
const entry = (change: Partial<IssuerEntry> = {}): IssuerEntry => ({
  name: 'one',
  issuer: 'https://id.example',
  audiences: ['a'],
  ...entryDefaults,
  grants: [grant],
  ...change,
});
const claims = (change: Partial<IssuerEntry['claims']>) => ({
  claims: { ...entryDefaults.claims, ...change },
});

test.each<[string, Partial<IssuerEntry>, object, object]>([
  ['a scope as text', {}, { scope: ' station  patrons:read' }, { scopes: new Set(['station']) }],
  ['a scope as a list', {}, { scope: ['telephone'] }, { scopes: new Set(['telephone']) }],
  [
    'scopes in several claims',
    claims({ scopes: ['scp', 'permissions', 'roles'] }),
    { scp: 'station', permissions: ['telephone', 'x'], scope: 'y' },
    { scopes: new Set(['station', 'telephone']) },
  ],
  [
    'a client under the first name that the token has',
    claims({ clientId: ['azp', 'client_id'] }),
    { azp: 'app', client_id: 'other' },
    { clientId: 'app', partner: 'app' },
  ],
  [
    'a patron under another name',
    { ...claims({ patronId: 'https://x/patron' }), grants: [{ ...grant, patronId: true }] },
    { 'https://x/patron': 'P0000001', patron_id: 'P0000002' },
    { patronId: 'P0000001' },
  ],
  ['a subject under another name', claims({ subject: 'oid' }), { oid: 'o', sub: 's' }, { subject: 'o' }],
  ['a branch', {}, { library_branch: 'HKCL' }, { branch: 'HKCL' }],
  ['a branch under another name', claims({ branch: 'site' }), { site: 'STPL' }, { branch: 'STPL' }],
  ['a partner by its one name', { grants: [{ ...grant, partner: 'ebooks' }] }, {}, { partner: 'ebooks' }],
])('the caller has %s', (_what, change, payload, expected) => {
  expect(identityOf({ client_id: 'web', ...payload }, entry(change))).toMatchObject(expected);
});

test('what is not granted is dropped, whatever type it has', () => {
  const payload = {
    sub: 'u',
    client_id: 'web',
    scope: 'patrons:read',
    patron_id: 7,
    audience: 'staff',
    partner: 'x',
  };
  expect(identityOf(payload, entry())).toEqual({
    authenticated: true,
    issuer: 'https://id.example',
    subject: 'u',
    patronId: null,
    signedInAt: null,
    signInId: null,
    issuedAt: null,
    expiresAt: null,
    clientId: 'web',
    partner: 'web',
    branch: null,
    scopes: new Set(),
    audience: 'reader',
    claims: {},
  });
});

test('a client gets the grant that names it, and else the one for any client', () => {
  const any: Grant = { ...grant, clients: null, audience: 'public' };
  const of = (payload: object, ...grants: Grant[]) => identityOf({ ...payload }, entry({ grants })).audience;
  expect(of({ client_id: 'app' }, any, grant)).toBe('reader');
  expect(of({ client_id: 'other' }, grant, any)).toBe('public');
  expect(of({}, grant, any)).toBe('public');
  for (const payload of [{ client_id: 'other' }, {}]) {
    expect(() => of(payload, grant)).toThrow(expect.objectContaining({ name: 'BearerError', status: 401 }));
  }
});

test.each([
  { scope: 7 },
  { scope: [7] },
  { sub: '' },
  { sub: 7 },
  { client_id: ['web'] },
  { library_branch: 7 },
  { auth_time: 1e300 },
  { auth_time: -1 },
  { auth_time: 1_795_651_199.5 },
  { auth_time: '1795651199' },
])('a claim of another type is 401, and named: %j', (payload) => {
  const [name = ''] = Object.keys(payload);
  expect(() => identityOf({ client_id: 'web', ...(payload as JWTPayload) }, entry())).toThrow(
    expect.objectContaining({ status: 401, message: expect.stringContaining(`\`${name}\``) }),
  );
});
