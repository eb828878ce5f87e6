/**
 * A Fastify handler with hand-written fetches for the three queries, as a team would write it. It neither validates nor
 * plans, and a failed fetch fails the request. Usage: `hand-written.ts PORT URLS`, with the subgraphs' URLs as JSON.
 */
import Fastify from 'fastify';
import { Pool } from 'undici';
import { addCompression } from '../../../gateway/http/compression.ts';
import { type Ask, handWritten } from './fetches.ts';
import { type QueryName, queries } from './queries.ts';

const urls = JSON.parse(process.argv[3] ?? '{}') as Record<string, string>;
const pools = new Map(Object.entries(urls).map(([name, url]) => [name, new Pool(url, { connections: 64 })]));

const ask: Ask = async <T>(subgraph: string, query: string, variables: object) => {
  const pool = pools.get(subgraph);
  if (pool === undefined) {
    throw new Error(`no subgraph ${subgraph}`);
  }
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = JSON.parse(await body.text()) as { data?: T; errors?: unknown };
  if (statusCode !== 200 || data === undefined || errors !== undefined) {
    throw new Error(`${subgraph} failed`);
  }
  return data;
};

const handlers = handWritten(ask);
const byText = new Map<string, (branch: number) => Promise<object>>([
  ['{ __typename }', async () => ({ __typename: 'Query' })],
  ...(Object.keys(queries) as QueryName[]).map((name) => [queries[name], handlers[name]] as const),
]);

const app = Fastify();
await addCompression(app);
app.post<{ Body: { query: string; variables?: { branch: number } } }>('/graphql', async (request, reply) => {
  const handler = byText.get(request.body.query);
  if (handler === undefined) {
    throw new Error('the hand-written server knows three queries');
  }
  const data = await handler(request.body.variables?.branch ?? 0);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify({ data }));
});
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
