/**
 * This file is preloaded into every measured process. It answers each message with the process's CPU time so far, in
 * µs.
 */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.once('disconnect', () => process.exit());
