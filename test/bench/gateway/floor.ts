/**
 * The least work with which the three queries can be answered in Node: the floor of the benchmark. The first request
 * with a query and a branch is answered by the hand-written fetches, and their bodies and the result are kept. Each
 * further request sends the same bodies, parses each answer, and writes the kept result as JSON. Nothing is merged.
 * Usage: `floor.ts PORT URLS`, with the subgraphs' URLs as JSON.
 */
import { zstdCompressSync } from 'node:zlib';
import Fastify from 'fastify';
import { type Dispatcher, Pool } from 'undici';
import { type Ask, handWritten } from './fetches.ts';
import { type QueryName, queries } from './queries.ts';

interface Fetch {
  readonly pool: Pool;
  readonly body: string;
}

/** What a query does for a branch. */
interface Recorded {
  /** The fetches of one inner list are sent at the same time. */
  readonly levels: readonly (readonly Fetch[])[];
  readonly result: { readonly data: object };
}

const urls = JSON.parse(process.argv[3] ?? '{}') as Record<string, string>;
const pools = new Map(
  Object.entries(urls).map(([name, url]) => [
    name,
    new Pool(url, { connections: 64, headersTimeout: 0, bodyTimeout: 0 }),
  ]),
);
const headers = { 'content-type': 'application/json' };
/** The shortest answer that is compressed, in bytes, as in our gateway. */
const minBytes = 1024;

function send({ pool, body }: Fetch): Promise<{ data?: unknown }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ data?: unknown }>();
  const chunks: Buffer[] = [];
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart() {},
    onResponseData: (_controller, chunk) => void chunks.push(chunk),
    onResponseEnd: () => resolve(JSON.parse(String(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))),
    onResponseError: (_controller, error) => reject(error),
  };
  pool.dispatch({ method: 'POST', path: '/graphql', headers, body }, handler);
  return promise;
}

async function record(name: QueryName, branch: number): Promise<Recorded> {
  const levels: Fetch[][] = [];
  let pending = 0;
  const ask: Ask = async (subgraph, query, variables) => {
    const pool = pools.get(subgraph);
    if (pool === undefined) {
      throw new Error(`no subgraph ${subgraph}`);
    }
    if (pending === 0) {
      levels.push([]);
    }
    pending += 1;
    const fetch = { pool, body: JSON.stringify({ query, variables }) };
    levels.at(-1)?.push(fetch);
    const { data } = await send(fetch);
    pending -= 1;
    return data as never;
  };
  const data = await handWritten(ask)[name](branch);
  return { levels, result: { data } };
}

async function repeat({ levels, result }: Recorded): Promise<string> {
  for (const level of levels) {
    const [first] = level;
    await (level.length === 1 && first !== undefined ? send(first) : Promise.all(level.map(send)));
  }
  return JSON.stringify(result);
}

const names = new Map<string, QueryName>(
  (Object.keys(queries) as QueryName[]).map((name) => [queries[name], name]),
);
const recorded = new Map<string, Recorded[]>();

async function answer(query: string, branch: number): Promise<string> {
  const name = names.get(query);
  if (name === undefined) {
    return '{"data":{"__typename":"Query"}}';
  }
  const ofQuery = recorded.get(query) ?? [];
  recorded.set(query, ofQuery);
  ofQuery[branch] ??= await record(name, branch);
  return repeat(ofQuery[branch]);
}

const app = Fastify();
app.post<{ Body: { query: string; variables?: { branch: number } } }>('/graphql', async (request, reply) => {
  const { query, variables } = request.body;
  const text = await answer(query, variables?.branch ?? 0);
  reply.type('application/json; charset=utf-8');
  return text.length >= minBytes && request.headers['accept-encoding']?.includes('zstd') === true
    ? reply.header('content-encoding', 'zstd').send(zstdCompressSync(text))
    : reply.send(text);
});
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
