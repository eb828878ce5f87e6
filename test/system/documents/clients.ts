import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, parse } from 'graphql';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../running-system.ts';

/** Manifests that the Apollo and Relay tools made from `sources/`. The README in this folder says how. */
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

/** Each request in two words: its method, and whether it had the text or the hash of a document. */
export function summaryOf(sent: readonly SentRequest[]): string[] {
  return sent.map(({ method, parameters }) => {
    const { query, extensions } = parameters;
    const words = [
      typeof query === 'string' && 'text',
      extensions !== undefined && JSON.stringify(extensions).includes('sha256Hash') && 'hash',
    ];
    return `${method} ${words.filter((word) => word !== false).join('+')}`;
  });
}

/** Systems with each setting for documents, for the tests of a file. */
export const documentSystems = () => ({
  /** The default. */
  off: openedForTests(() => startSystem()),
  automatic: openedForTests(() => startSystem(undefined, { AUTOMATIC_PERSISTED_QUERIES: '1' })),
  required: openedForTests(() =>
    startSystem(undefined, { TRUSTED_DOCUMENTS_DIR: manifestsDir, TRUSTED_DOCUMENTS_MODE: 'require' }),
  ),
});
