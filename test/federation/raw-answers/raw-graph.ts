import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import type { GatewayConfiguration } from '../../../gateway/configuration/types.ts';
import type { Limits } from '../../../gateway/limits.ts';
import { type RunningGateway, startOver } from '../../unit/gateway/from-file/running.ts';
import { type RawSubgraph, startRawSubgraph } from './raw-subgraph.ts';

/** A gateway over raw subgraphs. `askText` gives answers as text, with all digits of every number. */
export interface RawGraph<Name extends string> extends AsyncDisposable {
  readonly gateway: RunningGateway;
  readonly subgraphs: Readonly<Record<Name, RawSubgraph>>;
  /** Sends a body of JSON. Resolves to the text of the answer. */
  askText(body: string): Promise<string>;
}

/** Composes the SDLs. Starts a raw subgraph for each SDL, and a gateway with the file of the supergraph. */
export async function startRawGraph<Name extends string>(
  sdls: Readonly<Record<Name, string>>,
  env: NodeJS.ProcessEnv = {},
  configuration: GatewayConfiguration = {},
  limits: Partial<Limits> = {},
): Promise<RawGraph<Name>> {
  await using resources = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'patron-graph-raw-'));
  resources.defer(() => rm(directory, { recursive: true }));
  const subgraphs = {} as Record<Name, RawSubgraph>;
  for (const name of Object.keys(sdls) as Name[]) {
    subgraphs[name] = resources.use(await startRawSubgraph());
  }
  const file = join(directory, 'supergraph.graphql');
  await writeFile(file, compose(sdls, subgraphs));
  const gateway = resources.use(await startOver({ file }, env, configuration, {}, limits));
  const running = resources.move();
  return {
    gateway,
    subgraphs,
    askText: async (body) => (await gateway.post(body)).text(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function compose<Name extends string>(
  sdls: Readonly<Record<Name, string>>,
  subgraphs: Readonly<Record<Name, RawSubgraph>>,
): string {
  const result = composeServices(
    (Object.keys(sdls) as Name[]).map((name) => ({
      name,
      url: subgraphs[name].url.href,
      typeDefs: parse(sdls[name]),
    })),
  );
  if (compositionHasErrors(result)) {
    throw new Error(result.errors.map(({ message }) => message).join('\n'));
  }
  return result.supergraphSdl;
}
