import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { graph } from './graph.ts';

/**
 * @apollo/subgraph is CommonJS, so its schemas belong to the CommonJS copy of graphql-js. Only that copy can execute
 * them.
 */
const commonJs: Pick<typeof import('graphql'), 'execute' | 'validate'> = createRequire(import.meta.url)(
  'graphql',
);

export type SubgraphName = keyof typeof graph;

export interface SubgraphCall {
  readonly subgraph: SubgraphName;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly query: string; readonly variables?: Record<string, unknown> };
  /** Whether the gateway closed the connection before the answer. */
  abandoned: boolean;
}

/** Answers in place of a subgraph. If it resolves to false, the subgraph answers. */
export type Interception = (call: SubgraphCall, response: ServerResponse) => Promise<boolean>;

/** Subgraphs that serve HTTP on free ports, and the file of their supergraph. */
export interface World extends AsyncDisposable {
  readonly file: string;
  /** The supergraph, changed by `more`. */
  supergraph(more?: (sdl: string) => string): string;
  /** Replaces the text of the file in one step, as an editor does. */
  write(supergraph: string): Promise<void>;
  readonly requests: SubgraphCall[];
  intercept: Interception | null;
}

export async function createWorld(): Promise<World> {
  await using resources = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'patron-graph-supergraph-'));
  resources.defer(() => rm(directory, { recursive: true }));
  const file = join(directory, 'supergraph.graphql');
  const requests: SubgraphCall[] = [];
  const urls = new Map<SubgraphName, string>();
  for (const name of Object.keys(graph) as SubgraphName[]) {
    const server = createServer((request, response) => {
      const answering = async () => {
        const call: SubgraphCall = {
          subgraph: name,
          headers: request.headers,
          body: JSON.parse(await text(request)) as SubgraphCall['body'],
          abandoned: false,
        };
        requests.push(call);
        response.once('close', () => {
          call.abandoned = !response.writableFinished;
        });
        if (world.intercept === null || !(await world.intercept(call, response))) {
          response.setHeader('content-type', 'application/json').end(JSON.stringify(await answer(call)));
        }
      };
      answering().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    resources.defer(() => {
      server.close();
      server.closeAllConnections();
    });
    const address = server.address();
    urls.set(name, `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/graphql`);
  }
  const sdl = compose(urls);
  const running = resources.move();
  const world: World = {
    file,
    requests,
    intercept: null,
    supergraph: (more = (text) => text) => more(sdl),
    async write(supergraph) {
      await writeFile(`${file}.new`, supergraph);
      await rename(`${file}.new`, file);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  await world.write(sdl);
  return world;
}

const schemas = new Map(
  (Object.keys(graph) as SubgraphName[]).map((name) => {
    const { sdl, resolvers } = graph[name];
    return [name, buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }])];
  }),
);

async function answer({ subgraph, body: { query, variables } }: SubgraphCall): Promise<unknown> {
  const schema = schemas.get(subgraph);
  if (schema === undefined) {
    throw new Error(`there is no subgraph ${subgraph}`);
  }
  const document = parse(query);
  const errors = commonJs.validate(schema, document);
  return errors.length > 0
    ? { errors }
    : commonJs.execute({ schema, document, variableValues: variables ?? {} });
}

function compose(urls: ReadonlyMap<SubgraphName, string>): string {
  const result = composeServices(
    [...urls].map(([name, url]) => ({ name, url, typeDefs: parse(graph[name].sdl) })),
  );
  if (compositionHasErrors(result)) {
    throw new Error(result.errors.map(({ message }) => message).join('\n'));
  }
  return result.supergraphSdl;
}
