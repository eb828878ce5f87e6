/** The simulators in a process of their own: `npm run start:legacy`. Stops on SIGTERM or SIGINT. */
import { once } from 'node:events';
import { readConfig } from './config.ts';
import { readSeed, startSimulators } from './index.ts';

const config = readConfig(process.env);
const simulators = await startSimulators({
  host: config.HOST,
  ports: { prs: config.PRS_PORT, cms: config.CMS_PORT, circ: config.CIRC_PORT },
  credentials: {
    cms: { user: config.CMS_USER, password: config.CMS_PASSWORD },
    circ: { user: config.CIRC_USER, password: config.CIRC_PASSWORD },
  },
  dropAfterMs: config.CIRC_DROP_AFTER_MS,
  ...(config.LEGACY_SEED === '' ? {} : { seed: readSeed(config.LEGACY_SEED) }),
});
process.stdout.write(`PRS  ${simulators.prs.url}\nCMS  ${simulators.cms.url}\nCIRC ${simulators.circ.url}\n`);

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await simulators[Symbol.asyncDispose]();
