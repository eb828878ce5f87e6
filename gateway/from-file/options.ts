import { parseArgs } from 'node:util';

/** What a command line asks for. */
export interface Options {
  readonly help: boolean;
  /** The file of the supergraph to serve; our own graph is served where there is none. */
  readonly supergraph: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly shareInFlight: boolean;
  /** In lower case. */
  readonly forwardedHeaders: readonly string[];
}

/** A command line that can't be understood. The message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm run gateway -- --supergraph FILE [OPTION ...]

  --supergraph FILE      serve the Federation 2 supergraph in FILE, whose subgraphs are at the URLs in it,
                         and whatever valid one FILE holds later; without it, our own graph
  --port N               the port to listen at, 0 for a free one (PORT, 4000)
  --host ADDRESS         the address to listen at (HOST, 127.0.0.1)
  --forward-header NAME  send this header of a request on to subgraphs; may be given several times
  --share-in-flight      ask a subgraph once where queries of the same caller are the same at the same time
  --help                 tell this

Limits, log level and whose tokens are taken come from the environment: README.md has the table.
`;

const options = {
  supergraph: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  'forward-header': { type: 'string', multiple: true },
  'share-in-flight': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Throws a `UsageError`. */
export function parseOptions(args: readonly string[]): Options {
  refuseUnknown(args);
  const values = parse(args);
  const forwardedHeaders = (values['forward-header'] ?? []).map(headerName);
  if (values.port !== undefined && !(/^\d{1,5}$/.test(values.port) && Number(values.port) <= 65535)) {
    throw new UsageError(`--port takes a port, 0 to 65535, not ${values.port}.`);
  }
  if (values.supergraph === undefined && (forwardedHeaders.length > 0 || values['share-in-flight'])) {
    throw new UsageError('--forward-header and --share-in-flight go with --supergraph FILE.');
  }
  return {
    help: values.help ?? false,
    supergraph: values.supergraph,
    host: values.host,
    port: values.port,
    shareInFlight: values['share-in-flight'] ?? false,
    forwardedHeaders,
  };
}

function refuseUnknown(args: readonly string[]): void {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw new UsageError(`${token.value} stands alone: a supergraph's file is given by --supergraph.`);
    }
    if (token.kind === 'option' && !Object.hasOwn(options, token.name)) {
      const names = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(`${token.rawName} is no option: there are ${names.join(', ')}.`);
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

/** Headers that are about the connection or the body, which are not the client's. */
const ownHeaders =
  /^(accept|connection|content-.*|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;

function headerName(given: string): string {
  const name = given.toLowerCase();
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || ownHeaders.test(name)) {
    throw new UsageError(`--forward-header takes the name of a header that says who asks, not ${given}.`);
  }
  return name;
}
