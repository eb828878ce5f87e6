/**
 * A subgraph as its documentation shows it: Apollo Server, DataLoader, and node-soap as it comes. It answers only the two
 * reads of the benchmark. Usage: `subgraph.mjs NAME PORT URLS`, with the simulators' URLs as JSON.
 */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

const [name, port, urls] = process.argv.slice(2);
const { sdl, open } = await import(`./${name}.mjs`);
const { resolvers, createContext } = await open(JSON.parse(urls));

const server = new ApolloServer({
  schema: buildSubgraphSchema({
    typeDefs: parse(`extend schema @link(
      url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@shareable"]
    ) ${sdl}`),
    resolvers,
  }),
  // The gateway composes the subgraphs from their schemas.
  introspection: true,
});
await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(port) },
  context: async ({ req }) => ({ patronId: req.headers['x-patron-id'] ?? null, ...createContext() }),
});
