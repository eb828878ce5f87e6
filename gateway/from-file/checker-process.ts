/**
 * The process that `check-supergraph.ts` starts. It reads a supergraph from standard input, and builds everything from
 * it that a gateway needs. The exit code is 0 on success. Otherwise it is 1, and the reason is on standard error.
 */

import { text } from 'node:stream/consumers';
import { buildASTSchema, validateSchema } from 'graphql';
import { messageOf } from '../../platform/lifecycle/message-of.ts';
import { createEngine } from '../engine/engine.ts';
import { parsedSdl } from '../supergraph/parsed-sdl.ts';
import { readSubgraphUrls } from './subgraphs.ts';

try {
  const sdl = await text(process.stdin);
  const supergraph = parsedSdl(sdl);
  readSubgraphUrls(supergraph.document);
  const [problem] = validateSchema(buildASTSchema(supergraph.document, { assumeValidSDL: true }));
  if (problem !== undefined) {
    throw problem;
  }
  createEngine(supergraph);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
