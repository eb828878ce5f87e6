/**
 * The simulators of a checkout, in a process of their own. The argument is the checkout's folder. The process reports
 * its CPU time on request.
 */
import { join } from 'node:path';
import type * as simulators from '../../../simulators/index.ts';

const [folder = ''] = process.argv.slice(2);
const { startSimulators } = (await import(join(folder, 'simulators/index.ts'))) as typeof simulators;
const legacy = await startSimulators();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
// The measuring process has ended.
process.on('disconnect', () => process.exit());
process.send?.({ prs: legacy.prs.url, cms: legacy.cms.url, circ: legacy.circ.url });
