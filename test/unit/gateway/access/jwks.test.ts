import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { readGatewayConfig } from '../../../../gateway/config.ts';
import { startGateway } from '../../../../gateway/start.ts';

test('tokens of the issuer at JWKS_URL are accepted, and none while its keys are not available', async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }] };
  let up = false;
  const issuer = createServer((_request, response) => {
    response.statusCode = up ? 200 : 503;
    response.setHeader('content-type', 'application/json').end(up ? JSON.stringify(keys) : '{}');
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const address = issuer.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/jwks`;
  const config = readGatewayConfig({
    PORT: '0',
    NODE_ENV: 'production',
    JWKS_URL: url,
    JWT_ISSUER: 'https://id.example',
    JWT_AUDIENCE: 'patron-graph',
  });
  const log = pino({ level: 'silent' });
  await using gateway = await startGateway(
    config,
    { transports: new Map(), healthChecks: [], onlySimulators: false },
    log,
  );
  const token = await new SignJWT({ patron_id: 'P0000001' })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuer('https://id.example')
    .setAudience('patron-graph')
    .setExpirationTime('1m')
    .sign(privateKey);
  const ask = async () => {
    const response = await fetch(`${gateway.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{"query":"{ __typename }"}',
    });
    return [response.status, await response.json()];
  };
  expect(await ask()).toMatchObject([
    503,
    { errors: [{ extensions: { code: 'AUTHENTICATION_UNAVAILABLE' } }] },
  ]);
  up = true;
  expect(await ask()).toEqual([200, { data: { __typename: 'Query' } }]);
  // Production serves no GraphiQL.
  expect((await fetch(`${gateway.address}/graphiql`)).status).toBe(404);
  issuer.close();
});
