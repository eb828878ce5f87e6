import { type DocumentNode, parse } from 'graphql';
import { z } from 'zod';
import { messageOf } from '../../../platform/lifecycle/message-of.ts';
import { readLinks } from '../../supergraph/links.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { type SupergraphSource, watchByReading } from './source.ts';

/** Time between two requests for the subgraphs' schemas, in ms. */
const pollIntervalMs = 1000;

/** The newest version of the Federation specification that the composer knows. */
export const newestFederation = [2, 9] as const;

/**
 * For development: requests the schemas of running subgraphs, and composes them. The schemas are requested again and
 * again, so that a change of a subgraph is served a second later.
 * @param urls The URL of each subgraph, by its name.
 */
export const composedSource = (urls: ReadonlyMap<string, URL>): SupergraphSource => ({
  title: `The supergraph of ${[...urls.keys()].join(', ')}`,
  async open(opening) {
    const sdls = await sdlsOf(urls, opening);
    let composedFrom = JSON.stringify(sdls);
    let composed = compose(urls, sdls);
    const text = await composed;
    const read = async (signal: AbortSignal): Promise<string> => {
      const latest = await sdlsOf(urls, signal);
      const key = JSON.stringify(latest);
      // Schemas that do not compose are composed again only when one of them changes.
      if (key !== composedFrom) {
        composedFrom = key;
        composed = compose(urls, latest);
      }
      return await composed;
    };
    return {
      text,
      watch: (listener, signal) => watchByReading(text, pollIntervalMs, read, listener, signal),
    };
  },
});

/** Returns the subgraphs' SDLs, in the order of `urls`. @throws Error that names a subgraph without an SDL. */
const sdlsOf = (urls: ReadonlyMap<string, URL>, signal: AbortSignal): Promise<readonly string[]> =>
  Promise.all(
    [...urls].map(async ([name, url]) => {
      try {
        return await sdlOf(url, signal);
      } catch (error) {
        const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
        throw new Error(`the subgraph ${name} at ${url} gave no schema: ${messageOf(reason)}`);
      }
    }),
  );

async function sdlOf(url: URL, signal: AbortSignal): Promise<string> {
  const { response, body } = await fetchBytes(
    url,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    },
    signal,
  );
  const { success, data } = serviceAnswer.safeParse(jsonIn(body));
  if (!success) {
    throw new Error(`it answered HTTP ${response.status} without \`_service { sdl }\``);
  }
  return data.data._service.sdl;
}

const serviceAnswer = z.object({ data: z.object({ _service: z.object({ sdl: z.string() }) }) });

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Loads the composer only now, because only development needs it. @throws Error if it is not installed. */
async function loadComposer() {
  try {
    return await import('@theguild/federation-composition');
  } catch {
    throw new Error('composing needs a package: npm install --save-dev @theguild/federation-composition');
  }
}

/** @throws Error with everything that is wrong, one thing in each line. */
async function compose(urls: ReadonlyMap<string, URL>, sdls: readonly string[]): Promise<string> {
  const { composeServices, compositionHasErrors } = await loadComposer();
  const services = [...urls].map(([name, url], index) => ({
    name,
    url: url.href,
    typeDefs: parsed(sdls[index] ?? '', name),
  }));
  const tooNew = services.flatMap(({ name, typeDefs }) =>
    readLinks(typeDefs)
      .filter(isTooNew)
      .map(({ url }) => tooNewMessage(name, url)),
  );
  if (tooNew.length > 0) {
    throw doNotCompose(tooNew);
  }
  const result = composeServices(services);
  if (compositionHasErrors(result)) {
    throw doNotCompose(result.errors.map(({ message }) => message));
  }
  return result.supergraphSdl;
}

/** @throws Error that names the subgraph, if its SDL is not valid GraphQL. */
function parsed(sdl: string, subgraph: string): DocumentNode {
  try {
    return parse(sdl);
  } catch (error) {
    throw new Error(`the schema of the subgraph ${subgraph} is no GraphQL: ${messageOf(error)}`);
  }
}

const doNotCompose = (problems: readonly string[]) =>
  new Error(`the subgraphs do not compose:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);

function isTooNew({ url }: { readonly url: string }): boolean {
  const [, major, minor] = /\/federation\/v(\d+)\.(\d+)\/?$/.exec(url) ?? [];
  const [knownMajor, knownMinor] = newestFederation;
  return Number(major) > knownMajor || (Number(major) === knownMajor && Number(minor) > knownMinor);
}

const tooNewMessage = (subgraph: string, url: string): string =>
  `the subgraph ${subgraph} links ${url}, and this composer knows versions up to v${newestFederation.join('.')}. ` +
  `Let its library link v${newestFederation.join('.')} (strawberry: \`federation_version\`), ` +
  'or compose with a newer tool and serve the file that it writes with --supergraph.';
