/**
 * Preloaded into a process with `--expose-gc --import`. At each SIGCONT it prints a line `heap MINOR MAJOR`: what the heap has
 * after minor collections, and then after a major one, in bytes.
 */

process.on('SIGCONT', () => {
  const collect = globalThis.gc;
  if (collect === undefined) {
    throw new Error('start the process with --expose-gc');
  }
  // What survives two minor collections is in the old generation.
  collect({ type: 'minor' });
  collect({ type: 'minor' });
  const { heapUsed: afterMinor } = process.memoryUsage();
  collect();
  process.stdout.write(`heap ${afterMinor} ${process.memoryUsage().heapUsed}\n`);
});
