import { type DocumentNode, parse } from 'graphql';

/**
 * A supergraph's SDL, as text and parsed. A large SDL is parsed only once, because parsing takes tenths of a second.
 */
export interface ParsedSdl {
  readonly text: string;
  readonly document: DocumentNode;
}

/** @throws GraphQLError if the text is not GraphQL. */
export function parsedSdl(sdl: string | ParsedSdl): ParsedSdl {
  return typeof sdl === 'string' ? { text: sdl, document: parse(sdl, { noLocation: true }) } : sdl;
}
