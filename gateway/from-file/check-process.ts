/** Reads a supergraph from the standard input and makes of it what a gateway would. Ends with 1, and with the reason. */
import { text } from 'node:stream/consumers';
import { buildASTSchema, parse, validateSchema } from 'graphql';
import { createEngine } from '../engine/engine.ts';
import { readSubgraphUrls } from './subgraphs.ts';

try {
  const sdl = await text(process.stdin);
  const supergraph = parse(sdl);
  readSubgraphUrls(supergraph);
  // The planner takes a valid schema for granted.
  const [problem] = validateSchema(buildASTSchema(supergraph, { assumeValidSDL: true }));
  if (problem !== undefined) {
    throw problem;
  }
  createEngine(sdl);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
