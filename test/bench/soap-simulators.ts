/** The simulators in a process of their own, which reports its CPU time on request. */
import { startSimulators } from '../../simulators/index.ts';

const legacy = await startSimulators();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
// Whoever measures has ended, however that was.
process.on('disconnect', () => process.exit());
process.send?.({ prs: legacy.prs.url, cms: legacy.cms.url, circ: legacy.circ.url });
