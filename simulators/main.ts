import { once } from 'node:events';
import { readConfig } from './config.ts';
import { readSeed, startSimulators } from './index.ts';

const config = readConfig(process.env);
const legacy = await startSimulators({
  host: config.HOST,
  ports: { prs: config.PRS_PORT, cms: config.CMS_PORT, circ: config.CIRC_PORT },
  credentials: {
    cms: { user: config.CMS_USER, password: config.CMS_PASSWORD },
    circ: { user: config.CIRC_USER, password: config.CIRC_PASSWORD },
  },
  dropAfterMs: config.CIRC_DROP_AFTER_MS,
  ...(config.LEGACY_SEED === '' ? {} : { seed: readSeed(config.LEGACY_SEED) }),
});
process.stdout.write(`PRS  ${legacy.prs.url}\nCMS  ${legacy.cms.url}\nCIRC ${legacy.circ.url}\n`);

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await legacy[Symbol.asyncDispose]();
