import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseIssuers } from '../../../gateway/access/issuers/read-issuers.ts';
import { issuersFile } from '../../../gateway/access/issuers/schema.ts';
import { openIssuers } from '../../../gateway/access/open-issuers.ts';
import { errorsIn } from '../../support/graph/ask-graph.ts';
import { startIdentityProvider } from '../../support/identity-provider.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { rootField, startSystem } from '../running-system.ts';
import { systemForTests } from '../system-for-tests.ts';

const page = await readFile(join(import.meta.dirname, '../../../docs/identity.md'), 'utf8');

type Provider = 'keycloak' | 'entra' | 'auth0' | 'okta';
const providers: readonly Provider[] = ['keycloak', 'entra', 'auth0', 'okta'];

/** A JSON block of docs/identity.md. */
function exampleOf(kind: 'token' | 'issuer' | 'caller', provider: Provider): unknown {
  const [, text] = new RegExp(`^\`\`\`json ${kind} ${provider}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page) ?? [];
  return JSON.parse(text ?? expect.fail(`docs/identity.md has no ${kind} of ${provider}`));
}

interface ExampleToken {
  readonly header: JWTHeaderParameters & { readonly kid: string };
  readonly payload: JWTPayload & { readonly iat: number; readonly exp: number };
}
const tokenOf = (provider: Provider) => exampleOf('token', provider) as ExampleToken;

/** A server for each issuer in the document. It serves the keys that the issuer's example names. */
const servers = new Map(providers.map((provider) => [provider, openedForTests(startIdentityProvider)]));
/** The issuers' entries from the document. Only the URLs of their keys are replaced. */
const issuers: object[] = [];
beforeAll(async () => {
  for (const [provider, server] of servers) {
    const { kid, alg } = tokenOf(provider).header;
    await server.addKey(kid, alg === 'RS256' ? 'RS256' : 'ES256');
    issuers.push({ ...(exampleOf('issuer', provider) as object), keys: { url: server.url } });
  }
});
const system = systemForTests(undefined, {}, { issuers });

/** The token of the document with changed claims. It is issued now, and signed with the issuer's key. */
async function signed(provider: Provider, claims: JWTPayload = {}): Promise<string> {
  const { header, payload } = tokenOf(provider);
  const issuedAt = Math.floor(Date.now() / 1000);
  const times = {
    iat: issuedAt,
    exp: issuedAt + payload.exp - payload.iat,
    ...('nbf' in payload && { nbf: issuedAt }),
  };
  const server = servers.get(provider) ?? expect.fail();
  return await server.sign({ ...payload, ...times, ...claims }, header);
}

describe("docs/identity.md: a provider's token is accepted by configuration alone", () => {
  test.each(providers)('%s', async (provider) => {
    const config = { issuers: { file: join(system.dataDir, 'issuers.json') }, issuerKeysDir: null };
    await using opened = await openIssuers(config, { log: { warn: () => undefined } });
    const caller = await opened?.authenticate(`Bearer ${await signed(provider)}`);
    const { scopes, ...rest } = z
      .looseObject({ scopes: z.array(z.string()) })
      .parse(exampleOf('caller', provider));
    const { iss, sid = null, auth_time: signedInAt = null } = tokenOf(provider).payload;
    expect(caller).toEqual({
      authenticated: true,
      issuer: iss,
      branch: null,
      claims: {},
      // Only some issuers say when, and in which session, the person signed in.
      signedInAt,
      signInId: sid === null || signedInAt === null ? null : `${sid} ${signedInAt}`,
      // The token is issued now, not at the time in the document, and expires later.
      issuedAt: expect.any(Number),
      expiresAt: expect.any(Number),
      ...rest,
      scopes: new Set(scopes),
    });
  });

  test('the entries are valid without a change, all in one file', () => {
    const issuers = providers.map((provider) => exampleOf('issuer', provider));
    expect(parseIssuers({ issuers }, '/').map(({ keys }) => keys)).toEqual(
      providers.map(() => ({ url: expect.stringMatching(/^https:/) })),
    );
  });

  test('the page names every property of the file', () => {
    const missing = propertiesIn(z.toJSONSchema(issuersFile, { io: 'input' })).filter(
      (name) => !new RegExp(`[\`"]${name.replace('$', '\\$')}\\b`).test(page),
    );
    expect(missing).toEqual([]);
  });
});

/** The names of all properties in a JSON schema, including those of nested objects. */
function propertiesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) {
    return [];
  }
  const { properties = {} } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values({ ...schema, ...properties }).flatMap(propertiesIn)];
}

test("Keycloak: a reader reads their own data, and nothing of another's", async () => {
  const token = await signed('keycloak');
  const answer = await system.ask('{ me { id } patron(id: "P0000002") { id } }', { token });
  expect(answer.body.data).toEqual({ me: { id: 'P0000001' }, patron: null });
  expect(errorsIn(answer.body)).toEqual(['patron FORBIDDEN']);
});

test('Entra ID: staff read by scope', async () => {
  const token = await signed('entra');
  const answer = await system.ask('{ patron(id: "P0000002") { id credentials { status } } }', { token });
  expect(answer.body.data).toEqual({ patron: { id: 'P0000002', credentials: null } });
  expect(errorsIn(answer.body)).toEqual(['patron.credentials FORBIDDEN']);
});

test('Okta: a station identifies a card', async () => {
  const { body } = await system.ask(
    'query($card: SmartIdPresented!) { smartId(presented: $card) { status } }',
    {
      token: await signed('okta'),
      variables: { card: { identityNumber: 'A123456(3)', dateOfIssue: '2019-02-20' } },
    },
  );
  expect(body).toEqual({ data: { smartId: { status: 'ACTIVE' } } });
});

const verify = (token: string, { ask } = system) =>
  ask(
    'mutation { verifyPatron(input: { libraryCardNumber: "21852000000058", pin: "1234" }) { verified pseudonym problem } }',
    { token },
  );

describe("a partner's issuer", () => {
  const everyScope = [
    'patrons:read',
    'patrons:write',
    'identity:read',
    'credentials:read',
    'circulation:read',
    'station',
  ];
  const overreaching = () =>
    signed('auth0', {
      permissions: ['partner:verify', ...everyScope],
      scope: everyScope.join(' '),
      scp: everyScope,
      roles: everyScope,
      patron_id: 'P0000001',
      'https://library.example/patron_id': 'P0000001',
      partner: 'another',
      audience: 'staff',
    });

  test('that claims staff scopes and a patron gets neither, and sees none of their fields', async () => {
    const token = await overreaching();
    for (const field of [
      'me { id }',
      'patron(id: "P0000001") { id }',
      'patrons { totalCount }',
      'credential(libraryCardNumber: "21852000000025") { status }',
    ]) {
      const { body } = await system.ask(`{ ${field} }`, { token });
      expect(body.data).toBeUndefined();
      expect(body.errors?.[0]?.message).toMatch(/^Cannot query field "\w+" on type "Query"\./);
    }
  });

  test('can still be a partner with such a token', async () => {
    expect((await verify(await overreaching())).body).toMatchObject({
      data: { verifyPatron: { verified: true, problem: null } },
    });
  });

  test("can't impersonate another issuer, or a client that isn't configured", async () => {
    const forged = await signed('auth0', { iss: tokenOf('entra').payload.iss ?? '' });
    for (const token of [forged, await signed('auth0', { azp: 'another' })]) {
      expect(await verify(token)).toMatchObject({
        status: 401,
        body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      });
    }
  });
});

test('health shows each issuer by its name, without its URL', async () => {
  const response = await fetch(`${system.url}/health/dependencies`);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({
    dependencies: {
      'issuer library': 'up',
      'issuer staff': 'up',
      'issuer ebooks': 'up',
      'issuer stations': 'up',
    },
  });
  expect(text).not.toMatch(/http|127\.0\.0\.1|example/);
});

describe('a partner has one name', () => {
  const provider = openedForTests(startIdentityProvider);
  const library = openedForTests(() => {
    const issuerOf = (name: string, grants: object[]) => ({
      name,
      issuer: `https://${name}.example`,
      keys: { url: provider.url },
      audiences: ['graph'],
      grants: grants.map((grant) => ({ audience: 'partner', scopes: ['partner:verify'], ...grant })),
    });
    const issuers = [
      issuerOf('former', [{ clients: ['ebooks'], partner: 'ebooks' }, { clients: ['films'] }]),
      issuerOf('own', [{ clients: ['web-7', 'app-7'], partner: 'ebooks' }]),
    ];
    return startSystem(undefined, {}, { issuers });
  });

  const pseudonymFor = async (issuer: string, client: string): Promise<string> => {
    const claims = { iss: `https://${issuer}.example`, aud: 'graph', sub: client, client_id: client };
    const token = await provider.token({ ...claims, scope: 'partner:verify' });
    const { body } = await verify(token, library);
    return rootField<{ pseudonym: string }>(body, 'verifyPatron').pseudonym;
  };

  test('so that its readers have one pseudonym, whichever issuer and client it uses', async () => {
    const pseudonym = await pseudonymFor('former', 'ebooks');
    expect(pseudonym).toMatch(/^[\w-]{43}$/);
    expect(await pseudonymFor('own', 'web-7')).toBe(pseudonym);
    expect(await pseudonymFor('own', 'app-7')).toBe(pseudonym);
    expect(await pseudonymFor('former', 'films')).not.toBe(pseudonym);
  });
});
