/** `npm start` serves sign-in with the real graph. The gateway accepts some of its tokens, and refuses others. */
import * as client from 'openid-client';
import { beforeAll, expect, test } from 'vitest';
import { askGraph } from '../../support/graph/ask-graph.ts';
import { mutationOf } from '../../support/mutation.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { startEmbeddedGraph } from '../../support/services/embedded-graph.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { rootField } from '../running-system.ts';

const redirectUri = 'http://127.0.0.1:8080/callback';

const folder = openedForTests(openTemporaryFolder);
const system = openedForTests(() => startEmbeddedGraph(folder.path), 60_000);
let issuer: URL;
beforeAll(async () => {
  const [, url = ''] = await system.says(/Sign-in +(\S+)\n/);
  issuer = new URL(url);
});

interface Account {
  readonly id: string;
  readonly secret?: string;
  readonly scope?: string;
  readonly number: string;
  readonly pin: string;
}

/** Signs in at the page, consents if the page asks for it, and exchanges the code. */
async function signIn({ id, secret, scope = 'openid', number, pin }: Account) {
  const config = await client.discovery(
    issuer,
    id,
    {},
    secret === undefined ? client.None() : client.ClientSecretBasic(secret),
    { execute: [client.allowInsecureRequests] },
  );
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const browser = new PlainBrowser(issuer.origin);
  const page = await browser.open(url.href);
  const next = await browser.send(page, { number, pin });
  const last = next.text.includes('/consent"') ? await browser.send(next, { answer: 'allow' }) : next;
  const tokens = await client.authorizationCodeGrant(config, new URL(last.url), { pkceCodeVerifier });
  return { config, tokens };
}

const ask = (query: string, token: string) => askGraph(system.origin, query, { token });

/** A card in the simulated card management. Its reader has forgotten the PIN. */
const forgotten = '21852000000058';
const reader = { number: '2185 2000 0000 33', pin: '1234' };
const ebooks = { id: 'demonstration-ebooks', secret: 'demonstration-demonstration-demonstration', ...reader };

test('the access token of the library’s own app is the reader’s in the graph', async () => {
  const { tokens } = await signIn({ id: 'demonstration-app', ...reader });
  expect(await ask('{ me { id name { english } } }', tokens.access_token)).toMatchObject({
    data: { me: { id: 'P0000002' } },
  });
  expect(
    await ask('{ lossReports(orderBy: NEWEST_FIRST, first: 1) { totalCount } }', tokens.access_token),
  ).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

test('an e-book service learns pseudonym and standing, and its access token is refused elsewhere', async () => {
  const { config, tokens } = await signIn(ebooks);
  const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(info).toEqual({ sub: expect.stringMatching(/^[\w-]{43}$/), library_standing: 'good' });
  expect(await ask('{ me { id } }', tokens.access_token)).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('each address printed for people is a page, or redirects to one', { timeout: 240_000 }, async () => {
  for (const page of ['graphiql', 'portal', 'staff', 'reader', 'station']) {
    await buildPage(page);
  }
  const printed = [
    ...system.output.stdout.matchAll(/^(?!GraphQL|Health|SIP2|Sign-in|Simulator)[\w-]+ +(http\S+)$/gm),
  ];
  const addresses = printed.map(([, address = '']) => address);
  expect(addresses.map((address) => new URL(address).pathname)).toEqual([
    '/graphiql/',
    '/docs/',
    '/staff/',
    '/my/',
    '/station/',
    '/partner-sample',
    '/outbox',
  ]);
  for (const address of addresses) {
    const { status, headers } = await fetch(address);
    expect({ address, status }).toEqual({ address, status: 200 });
    expect(headers.get('content-type')).toMatch(/^text\/html/);
  }
});

test('/outbox shows the mail that a reader would have got', { timeout: 240_000 }, async () => {
  const address = `${system.origin}/outbox`;
  const { headers } = await fetch(address);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  const token = await system.issuer.sign({ subject: 'P0000001', patronId: 'P0000001' }, 60);
  const variables = { input: { reference: 'outbox', libraryCardNumber: '21852000000017' } };
  const reported = await askGraph(system.origin, mutationOf('reportLoss', 'operation { state }'), {
    token,
    variables,
  });
  expect(reported.data).toEqual({ reportLoss: { operation: { state: 'DONE' } } });
  const outbox = async () => await (await fetch(address)).text();
  await expect
    .poll(outbox, { timeout: 200_000, interval: 2_000 })
    .toContain('The loss of a card was reported');
  const text = await outbox();
  expect(text).toContain('To: p1@patrons.example');
  expect(text).toContain(`${system.origin}/my/`);
});

test('/partner-sample redirects to an e-book service at another host name, which sends readers to the library', async () => {
  const leads = await fetch(`${system.origin}/partner-sample`, { redirect: 'manual' });
  const service = new URL(leads.headers.get('location') ?? '');
  expect(service.hostname).toBe('localhost');
  expect(await (await fetch(service)).text()).toContain('Sign in at the library');
  const away = await fetch(new URL('/sign-in', service), { redirect: 'manual' });
  const target = new URL(away.headers.get('location') ?? '');
  expect(target.origin).toBe(issuer.origin);
  expect(await new PlainBrowser(issuer.origin).open(target.href)).toMatchObject({ status: 200 });
});

test('a demonstration account of staff has the scopes of its client', async () => {
  const staff = { id: 'demonstration-staff', number: 'chan', pin: 'demonstration' };
  const { tokens } = await signIn({ ...staff, scope: 'openid patrons:read' });
  expect(tokens.claims()).toMatchObject({ sub: 'chan' });
  expect(await ask('{ patron(id: "P0000001") { id } }', tokens.access_token)).toMatchObject({
    data: { patron: { id: 'P0000001' } },
  });
});

test('a reader sets a new PIN with a code from the counter, and signs in with it', async () => {
  const token = await system.issuer.sign({ subject: 'staff-1', scope: 'credentials:write' }, 60);
  const variables = { input: { reference: 'first-pin', libraryCardNumber: forgotten } };
  const query = mutationOf('createPinCode', 'pinCode');
  const made = await askGraph(system.origin, query, { token, variables });
  const { pinCode } = rootField<{ pinCode: string }>(made, 'createPinCode');
  const browser = new PlainBrowser(issuer.origin);
  const form = await browser.open(`${issuer.href}/pin`);
  const fields = { number: forgotten, code: pinCode, newPin: '246810', newPinAgain: '246810' };
  const malformed = await browser.send(form, { ...fields, newPin: 'abcd', newPinAgain: 'abcd' });
  expect(malformed.status).toBe(422);
  expect(malformed.text).toContain('id="newPin-error"');
  expect((await browser.send(form, { ...fields, code: '00000000' })).text).toContain(
    'The number or the code is wrong',
  );
  expect((await browser.send(form, fields)).text).toContain('The PIN is set');
  const { tokens } = await signIn({ ...ebooks, number: forgotten, pin: '246810' });
  expect(tokens.claims()?.library_standing).toBe('good');
  expect(system.output.stderr).not.toContain('246810');
  expect(system.output.stderr).not.toContain(pinCode);
});

test('the log has no person’s data', async () => {
  await signIn(ebooks);
  const { stdout, stderr } = system.output;
  for (const secret of ['21852000000033', '2185 2000', '1234"', 'Siu Ming']) {
    expect(stderr).not.toContain(secret);
  }
  expect(stdout).toContain('/sign-in');
});
