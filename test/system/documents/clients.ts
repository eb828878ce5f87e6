import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, parse } from 'graphql';
import { type RunningSystem, startSystem } from '../running-system.ts';

/** The folder of what the Apollo and Relay tools made of `sources/`; the README beside it says how. */
export const manifestsDir = join(import.meta.dirname, 'manifests');

export const apolloManifest = JSON.parse(readFileSync(join(manifestsDir, 'apollo.json'), 'utf8')) as {
  readonly operations: { readonly id: string; readonly name: string; readonly body: string }[];
};
export const relayManifest = JSON.parse(readFileSync(join(manifestsDir, 'relay.json'), 'utf8')) as Readonly<
  Record<string, string>
>;

/** One document of the files in `sources/`, as a front end imports it. */
export function documentOf(...names: readonly string[]): DocumentNode {
  return parse(
    names
      .map((name) => readFileSync(join(import.meta.dirname, 'sources', `${name}.graphql`), 'utf8'))
      .join('\n'),
  );
}

/** What a client sent. */
export interface SentRequest {
  readonly method: string;
  /** From the URL or the body. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly status: number;
}

/** A `fetch` for clients that records what they send. */
export function recordingFetch(): { readonly fetch: typeof fetch; readonly sent: SentRequest[] } {
  const sent: SentRequest[] = [];
  return {
    sent,
    fetch: async (input, init = {}) => {
      const { method = 'GET', body } = init;
      const url = new URL(input instanceof Request ? input.url : input);
      const parameters =
        method === 'GET'
          ? Object.fromEntries(url.searchParams)
          : (JSON.parse(String(body)) as Record<string, unknown>);
      const response = await fetch(input, init);
      sent.push({ method, parameters, status: response.status });
      return response;
    },
  };
}

/** Each request in two words: how it came, and what it had of text and hash. */
export function summaryOf(sent: readonly SentRequest[]): string[] {
  return sent.map(({ method, parameters }) => {
    const { query, extensions } = parameters;
    const parts = [
      typeof query === 'string' && 'text',
      extensions !== undefined && JSON.stringify(extensions).includes('sha256Hash') && 'hash',
    ];
    return `${method} ${parts.filter((part) => part !== false).join('+')}`;
  });
}

/** The graph by each way to configure documents. */
export interface DocumentSystems {
  /** As it comes. */
  readonly off: RunningSystem;
  readonly automatic: RunningSystem;
  readonly required: RunningSystem;
}

/** Starts all three, which close with `resources`. */
export async function startDocumentSystems(resources: AsyncDisposableStack): Promise<DocumentSystems> {
  const start = async (env: NodeJS.ProcessEnv) => resources.use(await startSystem(undefined, env));
  const [off, automatic, required] = await Promise.all([
    start({}),
    start({ AUTOMATIC_PERSISTED_QUERIES: '1' }),
    start({ TRUSTED_DOCUMENTS_DIR: manifestsDir, TRUSTED_DOCUMENTS_MODE: 'require' }),
  ]);
  return { off, automatic, required };
}
