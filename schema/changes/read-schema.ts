import { readFile } from 'node:fs/promises';
import { print } from 'graphql';
import { createPlanner } from '../../gateway/planner/index.ts';
import { buildConsumerSchema } from '../../gateway/supergraph/index.ts';
import { messageOf } from '../../platform/lifecycle/message-of.ts';

/**
 * The schema that clients see, from a file with a supergraph or with this schema itself.
 * @throws Error that names the file
 */
export async function readClientSchema(file: string) {
  const sdl = await readFile(file, 'utf8');
  try {
    const isSupergraph = /specs\.apollo\.dev\/join\//.test(sdl);
    const clientSdl = isSupergraph ? print(createPlanner(sdl).consumerSchema) : sdl;
    return { sdl: clientSdl, schema: buildConsumerSchema(clientSdl, true) };
  } catch (error) {
    throw new Error(`${file} can't be used: ${messageOf(error)}`);
  }
}
