/** A subgraph whose schema is made by Pothos with its plugin for Federation, served by graphql-http. */
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { createHandler } from 'graphql-http/lib/use/http';

// Pothos, its plugins and graphql-js must all be the CommonJS ones, because @apollo/subgraph is.
const require = createRequire(import.meta.url);
supplyMissingTypes();
const { default: SchemaBuilder }: typeof import('@pothos/core') = require('@pothos/core');
const {
  default: DirectivePlugin,
}: typeof import('@pothos/plugin-directives') = require('@pothos/plugin-directives');
const {
  default: FederationPlugin,
}: typeof import('@pothos/plugin-federation') = require('@pothos/plugin-federation');

/** The plugin (4.4.2) uses three definitions that @apollo/subgraph does not export any more from 2.15 on. */
function supplyMissingTypes(): void {
  const graphql: typeof import('graphql') = require('graphql');
  const {
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLString,
    GraphQLUnionType,
  } = graphql;
  const types = require('@apollo/subgraph/dist/types');
  const any = new GraphQLScalarType({ name: '_Any' });
  const service = new GraphQLObjectType({ name: '_Service', fields: { sdl: { type: GraphQLString } } });
  Object.assign(types, {
    EntityType: new GraphQLUnionType({ name: '_Entity', types: [] }),
    entitiesField: {
      args: { representations: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(any))) } },
      resolve: (
        _: unknown,
        { representations }: { representations: unknown },
        context: unknown,
        info: unknown,
      ) => types.entitiesResolver({ representations, context, info }),
    },
    serviceField: { type: new GraphQLNonNull(service) },
  });
}

const onShelf = new Map([
  ['p1', 3],
  ['p2', 0],
]);

function createSchema() {
  const builder = new SchemaBuilder({
    plugins: [DirectivePlugin, FederationPlugin],
    directives: { useGraphQLToolsUnorderedDirectives: true },
  });
  builder.queryType({ fields: (t) => ({ stockTaken: t.string({ resolve: () => '2026-11-30' }) }) });
  const product = builder.externalRef('Product', builder.selection<{ id: string }>('id'), (key) => key);
  product.implement({
    externalFields: (t) => ({ price: t.int() }),
    fields: (t) => ({
      id: t.exposeID('id'),
      onShelf: t.int({ resolve: ({ id }) => onShelf.get(id) ?? 0 }),
      worth: t.int({
        requires: builder.selection<{ price: number }>('price'),
        resolve: ({ id, price }) => price * (onShelf.get(id) ?? 0),
      }),
    }),
  });
  return builder.toSubGraphSchema({ linkUrl: 'https://specs.apollo.dev/federation/v2.6' });
}

export const createStock = (): Server => createServer(createHandler({ schema: createSchema() }));
