/** The simulators in a process of their own: `npm run start:legacy`. Stops on SIGTERM or SIGINT. */
import { once } from 'node:events';
import { readConfig } from './config.ts';
import { startSimulators } from './index.ts';
import { parseLibraryOption, startData } from './library/option.ts';

const librarySize = parseLibraryOption(process.argv.slice(2));
const { seedFile, ...config } = readConfig(process.env);
const simulators = await startSimulators({ ...config, seed: startData(librarySize, seedFile) });
for (const [id, { url }] of simulators.all) {
  process.stdout.write(`${id.toUpperCase().padEnd(4)} ${url}\n`);
}

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await simulators[Symbol.asyncDispose]();
