import { parseArgs } from 'node:util';

export interface Options {
  readonly help: boolean;
  /** The path of the configuration file. */
  readonly config: string | undefined;
  /** The path of the supergraph's file. This file replaces the supergraph in the configuration file. */
  readonly supergraph: string | undefined;
  /**
   * The URL of each subgraph to compose, by its name. Empty: the URLs in the configuration file. Null: no composition.
   */
  readonly compose: ReadonlyMap<string, URL> | null;
  /** The path to which the composed supergraph is written, in place of serving it. */
  readonly out: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
}

/** A wrong command line. The message says what is wrong, and what is correct. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The help of a command that starts a gateway. `command` is as a user types it. */
export const usageOf = (command: string, servesOwnGraph: boolean): string =>
  `Usage: ${command} --config FILE [OPTION ...]
       ${command} --supergraph FILE [OPTION ...]
       ${command} --compose NAME=URL ... [OPTION ...]
${servesOwnGraph ? '\nWithout --config, --supergraph and --compose, it serves our own graph.\n' : ''}
  --config FILE          serve another graph as this file says: docs/other-graphs.md has its settings
  --supergraph FILE      serve the Federation 2 supergraph in FILE, with the subgraph URLs in it, and each
                         valid one that is written to FILE later; in place of the one that --config names
  --compose [NAME=URL ...]
                         for development: ask the subgraphs at these URLs for their schemas, and serve what they
                         compose to; without URLs, those of --config
  --out FILE             with --compose: write the supergraph to FILE, and serve nothing
  --port N               the port to listen on, 0 for a free one (default: PORT, 4000)
  --host ADDRESS         the address to listen on (default: HOST, 127.0.0.1)
  --help                 print this

Limits, the log level and the issuer of tokens come from the environment: docs/configuration.md has the tables.
`;

const options = {
  config: { type: 'string' },
  supergraph: { type: 'string' },
  compose: { type: 'boolean' },
  out: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Former options, with the settings of the configuration file that replace them. */
const movedOptions: Readonly<Record<string, string>> = {
  'forward-header': 'all.headers.request',
  'public-tag': 'publicTag',
  'share-in-flight': 'all.shareInFlight',
  'accept-compressed': 'all.acceptCompressed',
  'max-fields': 'maxFields',
};

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  rejectUnknown(args);
  const { values, positionals } = parse(args);
  const { port, compose = false, supergraph, out } = values;
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65535)) {
    throw new UsageError(`--port must be 0 to 65535, not ${port}.`);
  }
  const [positional] = positionals;
  if (positional !== undefined && !compose) {
    throw new UsageError(`${positional} is no option: give a supergraph's file with --supergraph.`);
  }
  if (compose && supergraph !== undefined) {
    throw new UsageError('--compose makes the supergraph, so --supergraph has no place beside it.');
  }
  if (out !== undefined && !compose) {
    throw new UsageError('--out needs --compose.');
  }
  if (compose && positional === undefined && values.config === undefined) {
    throw new UsageError('--compose needs NAME=URL for each subgraph, or --config with their URLs.');
  }
  return {
    help: values.help ?? false,
    config: values.config,
    supergraph,
    compose: compose ? new Map(positionals.map(parseSubgraph)) : null,
    out,
    host: values.host,
    port,
  };
}

function rejectUnknown(args: readonly string[]): void {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option' && !Object.hasOwn(options, token.name)) {
      const setting = Object.hasOwn(movedOptions, token.name) ? movedOptions[token.name] : undefined;
      const names = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(
        setting === undefined
          ? `${token.rawName} is no option. The options are ${names.join(', ')}.`
          : `${token.rawName} is no option any more: set ${setting} in the file of --config.`,
      );
    }
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message}.` : String(error));
  }
}

function parseSubgraph(text: string): [string, URL] {
  const [, name, address = ''] = /^([A-Za-z_][\w-]*)=(.*)$/.exec(text) ?? [];
  const url = URL.parse(address);
  if (name === undefined || url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${text} must be NAME=URL, as in books=http://127.0.0.1:4001/graphql.`);
  }
  return [name, url];
}
