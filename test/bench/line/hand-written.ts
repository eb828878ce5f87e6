/**
 * The whole line as a team would write it by hand, in one process: Fastify, undici, envelopes as text, saxes. It verifies
 * tokens, writes one line of log for each request, and counts loans on all cards of a patron. It has no journal, makes the
 * same calls as ours, and checks no reply. A call that fails fails the request. Usage: `hand-written.ts PORT URLS`, with
 * the simulators' URLs as JSON. `JWKS_URL`, `JWT_ISSUER` and `JWT_AUDIENCE` are as for the gateway.
 */
import Fastify, { type FastifyRequest } from 'fastify';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { pino } from 'pino';
import type { SimulatorUrls } from '../lending/simulators/main.ts';
import { type ActName, actNames, acts } from './acts.ts';
import { openHandWritten } from './hand-written-acts.ts';

/** A token is verified again after this time, in ms, as in our gateway. */
const verifiedForMs = 60_000;
const maxVerified = 10_000;

const [, , port, urls = '{}'] = process.argv;
const { JWKS_URL = '', JWT_ISSUER = '', JWT_AUDIENCE = '' } = process.env;
const keys = createLocalJWKSet((await (await fetch(JWKS_URL)).json()) as JSONWebKeySet);
const log = pino(pino.destination({ dest: 2, minLength: 8192 }));
const answers = await openHandWritten(JSON.parse(urls) as SimulatorUrls);

const verified = new Map<string, { readonly claims: JWTPayload; readonly until: number }>();

async function claimsOf({ headers: { authorization = '' } }: FastifyRequest): Promise<JWTPayload> {
  const token = authorization.slice('Bearer '.length);
  const kept = verified.get(token);
  const now = Date.now();
  if (kept !== undefined && kept.until > now) {
    return kept.claims;
  }
  const { payload } = await jwtVerify(token, keys, {
    issuer: JWT_ISSUER,
    audience: JWT_AUDIENCE,
    algorithms: ['ES256'],
  });
  if (verified.size >= maxVerified) {
    verified.clear();
  }
  verified.set(token, { claims: payload, until: Math.min(now + verifiedForMs, Number(payload.exp) * 1000) });
  return payload;
}

const actOf = new Map<string, ActName>(actNames.map((name) => [acts[name].document, name]));

const app = Fastify();
app.addHook('onResponse', (request, reply, done) => {
  const ms = Math.round(reply.elapsedTime);
  log.info({ reqId: request.id, method: request.method, route: '/graphql', status: reply.statusCode, ms });
  done();
});
app.post<{ Body: { query: string; variables?: object } }>('/graphql', async (request, reply) => {
  const { query, variables = {} } = request.body;
  const name = actOf.get(query);
  const data =
    name === undefined
      ? { __typename: 'Query' }
      : await answers[name](await claimsOf(request), variables as never);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify({ data }));
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
