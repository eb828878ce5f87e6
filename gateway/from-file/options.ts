import { parseArgs } from 'node:util';
import { limitsOfOtherGraphs } from '../limits.ts';

/** The options of `npm run gateway`. */
export interface Options {
  readonly help: boolean;
  /** The path of the supergraph's file. Undefined: our own graph. */
  readonly supergraph: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly shareInFlight: boolean;
  readonly acceptCompressed: boolean;
  /** The largest number of fields of an operation, with its fragments expanded. */
  readonly maxFields: number;
  /** Names of request headers, in lower case. */
  readonly forwardedHeaders: readonly string[];
  /** The name of the `@tag` on public fields. Null if it is not given. */
  readonly publicTag: string | null;
}

/** A wrong command line. The message says what is wrong, and what is correct. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm run gateway -- --supergraph FILE [OPTION ...]

  --supergraph FILE      serve the Federation 2 supergraph in FILE, with the subgraph URLs in it, and each
                         valid one that is written to FILE later; without it, serve our own graph
  --port N               the port to listen on, 0 for a free one (default: PORT, 4000)
  --host ADDRESS         the address to listen on (default: HOST, 127.0.0.1)
  --forward-header NAME  forward this header of a request to subgraphs; may be given several times
  --public-tag NAME      serve by GET only fields with @tag(name: "NAME"), and let caches keep their answers;
                         without it, GET serves every query, and no cache may keep an answer
  --share-in-flight      send identical queries of one caller that are under way at the same time once
  --accept-compressed    ask subgraphs for compressed answers: for subgraphs behind a slow network
  --max-fields N         the most fields of an operation, with its fragments expanded (default: 1000); more fields
                         of one request keep the others waiting for longer
  --help                 print this

Limits, the log level and the issuer of tokens come from the environment: docs/configuration.md has the tables.
`;

const options = {
  supergraph: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  'forward-header': { type: 'string', multiple: true },
  'public-tag': { type: 'string' },
  'share-in-flight': { type: 'boolean' },
  'accept-compressed': { type: 'boolean' },
  'max-fields': { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Options that are not allowed for our own graph, because its configuration decides instead. */
const optionsOfFile = [
  'forward-header',
  'public-tag',
  'share-in-flight',
  'accept-compressed',
  'max-fields',
] as const;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  rejectUnknown(args);
  const values = parse(args);
  const forwardedHeaders = (values['forward-header'] ?? []).map(parseHeaderName);
  if (values.port !== undefined && !(/^\d{1,5}$/.test(values.port) && Number(values.port) <= 65535)) {
    throw new UsageError(`--port must be 0 to 65535, not ${values.port}.`);
  }
  const maxFields = values['max-fields'] ?? String(limitsOfOtherGraphs.maxFields);
  if (!/^[1-9]\d{0,5}$/.test(maxFields)) {
    throw new UsageError(`--max-fields must be 1 to 999999, not ${maxFields}.`);
  }
  const publicTag = values['public-tag'] ?? null;
  if (publicTag !== null && !/^[_A-Za-z][_0-9A-Za-z/-]*$/.test(publicTag)) {
    throw new UsageError('--public-tag must be the name of a @tag: letters, digits, _, - and /.');
  }
  const misplaced = optionsOfFile.find((name) => values[name] !== undefined);
  if (values.supergraph === undefined && misplaced !== undefined) {
    throw new UsageError(`--${misplaced} needs --supergraph FILE.`);
  }
  return {
    help: values.help ?? false,
    supergraph: values.supergraph,
    host: values.host,
    port: values.port,
    shareInFlight: values['share-in-flight'] ?? false,
    acceptCompressed: values['accept-compressed'] ?? false,
    maxFields: Number(maxFields),
    forwardedHeaders,
    publicTag,
  };
}

function rejectUnknown(args: readonly string[]): void {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw new UsageError(`${token.value} is no option: give a supergraph's file with --supergraph.`);
    }
    if (token.kind === 'option' && !Object.hasOwn(options, token.name)) {
      const names = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(`${token.rawName} is no option. The options are ${names.join(', ')}.`);
    }
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message}.` : String(error));
  }
}

/** Headers about the connection or the body. The gateway sets these headers itself in its requests to subgraphs. */
const connectionHeaders =
  /^(accept|accept-encoding|connection|content-.*|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;

function parseHeaderName(text: string): string {
  const name = text.toLowerCase();
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || connectionHeaders.test(name)) {
    throw new UsageError(`--forward-header must be the name of a header about the caller, not ${text}.`);
  }
  return name;
}
