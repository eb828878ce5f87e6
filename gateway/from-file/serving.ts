import type { FastifyBaseLogger } from 'fastify';
import { parse } from 'graphql';
import { anonymous } from '../access/caller.ts';
import { type Answer, createHost } from '../engine/host.ts';
import type { Part } from '../http/health.ts';
import type { Limits } from '../limits.ts';
import { openConnections } from '../transport/exchange.ts';
import { createGraphqlTransport } from '../transport/graphql.ts';
import type { Transport } from '../transport/transport.ts';
import { readSubgraphUrls } from './subgraphs.ts';

export interface ServingOptions {
  readonly limits: Limits;
  /** Whether queries to a subgraph that are the same and at the same time are asked once. */
  readonly shareInFlight: boolean;
  readonly log: FastifyBaseLogger;
}

/** A supergraph that can be asked. Disposing of it closes the connections to its subgraphs. */
export interface Serving extends AsyncDisposable {
  readonly answer: Answer;
  readonly parts: readonly Part[];
}

/** Opens a supergraph that was checked. Its subgraphs are told nothing of who asks but the headers forwarded. */
export async function openServing(
  supergraphSdl: string,
  { limits, shareInFlight, log }: ServingOptions,
): Promise<Serving> {
  await using resources = new AsyncDisposableStack();
  const transports = new Map<string, Transport>();
  const parts: Part[] = [];
  for (const [name, url] of readSubgraphUrls(parse(supergraphSdl, { noLocation: true }))) {
    const transport = createGraphqlTransport(resources.use(openConnections(url, limits.maxSubgraphBytes)), {
      introduce: ({ forwarded = {} }) => forwarded,
      share: shareInFlight,
    });
    transports.set(name, transport);
    parts.push({
      name: `${name} subgraph`,
      async check(signal) {
        await transport(
          { subgraph: name, operation: '{ __typename }', kind: 'query', variables: {} },
          anonymous,
          signal,
        );
        return {};
      },
    });
  }
  const host = resources.use(await createHost({ supergraphSdl, transports, limits, getFields: null, log }));
  const open = resources.move();
  return { answer: host.answer, parts, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
