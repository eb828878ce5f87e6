/** Subgraphs in this process, and a gateway over them. */
import { createRequire } from 'node:module';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { createEngine, type Engine, type EngineRequest } from '../../../gateway/engine/engine.ts';
import type { GraphQLResult } from '../../../gateway/engine/request.ts';
import type { FetchSubgraph, SubgraphRequest, SubgraphResponse } from '../../../gateway/executor/index.ts';

/**
 * @apollo/subgraph is CommonJS. Its schemas belong to the CommonJS copy of graphql-js, and only this copy can execute
 * them.
 */
const commonJs: Pick<typeof import('graphql'), 'execute' | 'validate'> = createRequire(import.meta.url)(
  'graphql',
);

export type Resolvers = Extract<
  Extract<Parameters<typeof buildSubgraphSchema>[0], readonly unknown[]>[number],
  { typeDefs: unknown }
>['resolvers'];

/** A subgraph: its SDL and its resolvers. */
export interface Subgraph {
  readonly sdl: string;
  readonly resolvers?: Resolvers;
}

/**
 * Composes the supergraph SDL.
 *
 * With `isUnproved`, the composer does not prove that every field of the supergraph can be resolved.
 *
 * @throws Error with every composition error
 */
export function compose(
  subgraphs: Readonly<Record<string, Pick<Subgraph, 'sdl'>>>,
  { isUnproved = false } = {},
): string {
  const result = composeServices(
    Object.entries(subgraphs).map(([name, { sdl }]) => ({
      name,
      url: `http://${name}`,
      typeDefs: parse(sdl),
    })),
    { disableValidationRules: isUnproved ? ['SatisfiabilityRule'] : [] },
  );
  if (compositionHasErrors(result)) {
    throw new Error(result.errors.map(({ message }) => message).join('\n'));
  }
  return result.supergraphSdl;
}

/** Executes the subgraphs with graphql-js. Answers go through JSON, as over HTTP. */
export function fetchFrom(subgraphs: Readonly<Record<string, Subgraph>>): FetchSubgraph {
  const schemas = new Map<string, GraphQLSchema>();
  for (const [name, { sdl, resolvers = {} }] of Object.entries(subgraphs)) {
    schemas.set(
      name,
      buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as NonNullable<Resolvers> }]),
    );
  }
  return async (request) => {
    const schema = schemas.get(request.subgraph);
    if (schema === undefined) {
      throw new Error(`no subgraph ${request.subgraph}`);
    }
    const document = parse(request.operation);
    const [invalid] = commonJs.validate(schema, document);
    if (invalid !== undefined) {
      throw invalid;
    }
    const result = await commonJs.execute({ schema, document, variableValues: request.variables });
    return JSON.parse(JSON.stringify(result)) as SubgraphResponse;
  };
}

/** The gateway's engine with the subgraphs of one test. */
export interface World {
  readonly engine: Engine;
  readonly fetch: FetchSubgraph;
  /** The requests to subgraphs since the last call of `ask`. */
  readonly requests: SubgraphRequest[];
  ask(query: string, more?: Partial<Omit<EngineRequest, 'document'>>): Promise<GraphQLResult>;
}

/** An engine with the given subgraphs. Like the gateway's host, `ask` validates a query first. */
export function createWorld(
  subgraphs: Readonly<Record<string, Subgraph>>,
  fetch: FetchSubgraph = fetchFrom(subgraphs),
): World {
  return worldOf(createEngine(compose(subgraphs)), fetch);
}

export function worldOf(engine: Engine, fetch: FetchSubgraph): World {
  const requests: SubgraphRequest[] = [];
  return {
    engine,
    fetch,
    requests,
    ask: (query, more = {}) => {
      const document = parse(query);
      const invalid = validate(engine.schema, document);
      if (invalid.length > 0) {
        throw new Error(`invalid query: ${invalid.map(({ message }) => message).join('\n')}`);
      }
      requests.length = 0;
      const inner = more.fetch ?? fetch;
      const recorded: FetchSubgraph = (request) => {
        requests.push(request);
        return inner(request);
      };
      return engine.execute({ document, shared: null, allowance: null, ...more, fetch: recorded });
    },
  };
}

export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject",
  "@authenticated", "@requiresScopes"])\n`;
