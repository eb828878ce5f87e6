/** The simulators of the checkout in that folder (its argument), in a process of their own, which reports its CPU time on request. */
import { join } from 'node:path';
import type * as simulators from '../../../simulators/index.ts';

const [folder = ''] = process.argv.slice(2);
const { startSimulators } = (await import(join(folder, 'simulators/index.ts'))) as typeof simulators;
const legacy = await startSimulators();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
// Whoever measures has ended, however that was.
process.on('disconnect', () => process.exit());
process.send?.({ prs: legacy.prs.url, cms: legacy.cms.url, circ: legacy.circ.url });
