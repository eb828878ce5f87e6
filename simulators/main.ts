/** The simulators in a process of their own: `npm run start:legacy`. Stops on SIGTERM or SIGINT. */
import { once } from 'node:events';
import { readConfig } from './config.ts';
import { startSimulators } from './index.ts';
import { parseLibraryOption, startData } from './library/option.ts';

const librarySize = parseLibraryOption(process.argv.slice(2));
const config = readConfig(process.env);
const simulators = await startSimulators({
  host: config.HOST,
  ports: { prs: config.PRS_PORT, cms: config.CMS_PORT, circ: config.CIRC_PORT },
  credentials: {
    cms: { user: config.CMS_USER, password: config.CMS_PASSWORD },
    circ: { user: config.CIRC_USER, password: config.CIRC_PASSWORD },
  },
  dropAfterMs: config.CIRC_DROP_AFTER_MS,
  seed: startData(librarySize, config.LEGACY_SEED),
});
process.stdout.write(`PRS  ${simulators.prs.url}\nCMS  ${simulators.cms.url}\nCIRC ${simulators.circ.url}\n`);

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await simulators[Symbol.asyncDispose]();
