/**
 * A subgraph as its documentation shows it: Apollo Server, DataLoader, and node-soap as it comes. It answers only the two
 * reads of the benchmark. Usage: `subgraph.mjs NAME PORT URLS`, with the simulators' URLs as JSON.
 */
import { createRequire } from 'node:module';

// @apollo/subgraph is CommonJS. Its schemas belong to the CommonJS copy of graphql-js, and only this copy can execute them.
const require = createRequire(import.meta.url);
const { ApolloServer } = require('@apollo/server');
const { startStandaloneServer } = require('@apollo/server/standalone');
const { buildSubgraphSchema } = require('@apollo/subgraph');
const { parse } = require('graphql');

const [name, port, urls] = process.argv.slice(2);
const { sdl, open } = await import(`./${name}.mjs`);
const { resolvers, createContext } = await open(JSON.parse(urls));

const server = new ApolloServer({
  schema: buildSubgraphSchema([
    {
      typeDefs: parse(`extend schema @link(
        url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"]
      ) ${sdl}`),
      resolvers,
    },
  ]),
  // The gateway composes the subgraphs from their schemas.
  introspection: true,
});
await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(port) },
  context: async ({ req }) => ({ patronId: req.headers['x-patron-id'] ?? null, ...createContext() }),
});
