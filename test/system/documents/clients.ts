import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, parse } from 'graphql';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../running-system.ts';

/** The manifests that the tools of Apollo and Relay generate from `sources/`. This folder's README has the commands. */
export const manifestsDir = join(import.meta.dirname, 'manifests');

export const apolloManifest = JSON.parse(readFileSync(join(manifestsDir, 'apollo.json'), 'utf8')) as {
  readonly operations: { readonly id: string; readonly name: string; readonly body: string }[];
};
export const relayManifest = JSON.parse(readFileSync(join(manifestsDir, 'relay.json'), 'utf8')) as Readonly<
  Record<string, string>
>;

/** A document that combines files of `sources/`, as a front end imports them. */
export function documentOf(...names: readonly string[]): DocumentNode {
  return parse(
    names
      .map((name) => readFileSync(join(import.meta.dirname, 'sources', `${name}.graphql`), 'utf8'))
      .join('\n'),
  );
}

export interface SentRequest {
  readonly method: string;
  /** The parameters in the URL or in the body. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly status: number;
}

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

/** A summary of each request in two words: the method, and whether it has a document's text or hash. */
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

/** One system for each setting for documents. The tests of a file share them. */
export const documentSystems = () => ({
  /** The default setting. */
  off: openedForTests(() => startSystem()),
  automatic: openedForTests(() => startSystem(undefined, { AUTOMATIC_PERSISTED_QUERIES: '1' })),
  required: openedForTests(() =>
    startSystem(undefined, { TRUSTED_DOCUMENTS_DIR: manifestsDir, TRUSTED_DOCUMENTS_MODE: 'require' }),
  ),
});
