/** A client of a provider whose answers have only the required fields. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRelyingParty, type RelyingParty } from '../../../../edge/web/sign-in/relying-party.ts';

let resources: AsyncDisposableStack;
let relyingParty: RelyingParty;
/** The value of `scope` in the token endpoint's answers. */
let scope: string | undefined;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const issuer = `http://${request.headers.host}`;
    const configuration = {
      issuer,
      token_endpoint: `${issuer}/token`,
      authorization_endpoint: `${issuer}/auth`,
    };
    const tokens = { access_token: 'a token', token_type: 'bearer', expires_in: 600, scope };
    response.end(JSON.stringify(request.url === '/token' ? tokens : configuration));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  relyingParty = createRelyingParty({
    issuer: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    clientId: 'pages',
    clientSecret: 'a secret',
    scope: 'circulation:read circulation:write',
    resource: null,
    asksAgain: false,
    redirectUri: new URL('https://library.example/staff/callback'),
    signedOutUri: new URL('https://library.example/staff/'),
    now: () => 0,
  });
});
afterEach(() => resources.disposeAsync());

test('a renewal grants what it says, and where it says nothing, what was granted before, not what was asked for', async () => {
  scope = undefined;
  expect((await relyingParty.refresh('refresh', ['circulation:read'])).scopes).toEqual(['circulation:read']);
  scope = 'circulation:write';
  expect((await relyingParty.refresh('refresh', ['circulation:read'])).scopes).toEqual(['circulation:write']);
});
