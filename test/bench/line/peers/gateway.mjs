/**
 * Apollo Gateway in Apollo Server, as its documentation shows it. It verifies tokens, keeps them for a minute, tells the
 * subgraphs who asks, and writes one line of log for each request. Usage: `gateway.mjs PORT URLS`, with the subgraphs' URLs as JSON.
 */
import { ApolloGateway, IntrospectAndCompose, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { pino } from 'pino';

const verifiedForMs = 60_000;
const maxVerified = 10_000;
const [port, urls] = process.argv.slice(2);
const { JWKS_URL, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = process.env;
const keys = createRemoteJWKSet(new URL(JWKS_URL));
const log = pino(pino.destination({ dest: 2, minLength: 8192 }));
const verified = new Map();

async function claimsOf({ headers: { authorization } }) {
  if (authorization === undefined) {
    return {};
  }
  const token = authorization.slice('Bearer '.length);
  const kept = verified.get(token);
  if (kept !== undefined && kept.until > Date.now()) {
    return kept.claims;
  }
  const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['ES256'] });
  if (verified.size >= maxVerified) {
    verified.clear();
  }
  verified.set(token, { claims: payload, until: Date.now() + verifiedForMs });
  return payload;
}

class Subgraph extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.patronId !== undefined) {
      request.http.headers.set('x-patron-id', context.patronId);
    }
  }
}

const logged = {
  async requestDidStart() {
    const from = performance.now();
    return {
      async willSendResponse({ operationName }) {
        log.info({ operation: operationName, ms: Math.round(performance.now() - from) });
      },
    };
  },
};

const gateway = new ApolloGateway({
  supergraphSdl: new IntrospectAndCompose({
    subgraphs: Object.entries(JSON.parse(urls)).map(([name, url]) => ({ name, url })),
  }),
  buildService: ({ url }) => new Subgraph({ url }),
});
const server = new ApolloServer({ gateway, plugins: [logged] });
await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(port) },
  context: async ({ req }) => ({ patronId: (await claimsOf(req)).patron_id }),
});
