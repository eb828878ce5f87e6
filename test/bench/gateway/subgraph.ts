/**
 * One subgraph of the graph, in a process of its own: `subgraph.ts NAME`. It sends its port to the parent process. It
 * executes each different request once and caches the answer, so that gateways hardly wait for it.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { graph } from './graph.ts';

/**
 * @apollo/subgraph is CommonJS. Its schemas belong to the CommonJS copy of graphql-js, and only this copy can execute
 * them.
 */
const { execute }: Pick<typeof import('graphql'), 'execute'> = createRequire(import.meta.url)('graphql');

const subgraph = graph[process.argv[2] ?? ''];
if (subgraph === undefined) {
  throw new Error(`there is no subgraph ${process.argv[2]}: there are ${Object.keys(graph).join(', ')}`);
}
const schema = buildSubgraphSchema([{ typeDefs: parse(subgraph.sdl), resolvers: subgraph.resolvers }]);
/** Answers by request body. There are only a few different bodies. */
const answers = new Map<string, Promise<Buffer>>();

async function answer(body: string): Promise<Buffer> {
  const { query, variables, operationName } = JSON.parse(body) as {
    query: string;
    variables?: Record<string, unknown> | null;
    operationName?: string | null;
  };
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables ?? {},
    operationName: operationName ?? null,
  });
  return Buffer.from(JSON.stringify(result));
}

const server = createServer(async (request, response) => {
  const body = await text(request);
  const known = answers.get(body) ?? answer(body);
  answers.set(body, known);
  const json = await known;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length });
  response.end(json);
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
process.once('disconnect', () => process.exit());
