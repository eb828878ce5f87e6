/**
 * This file is preloaded into a process with `--expose-gc --import`. At each SIGCONT the process prints a line
 * `heap MINOR MAJOR`. MINOR is the heap's size in bytes after minor collections, and MAJOR the size after a major
 * collection.
 */

process.on('SIGCONT', () => {
  const collect = globalThis.gc;
  if (collect === undefined) {
    throw new Error('start the process with --expose-gc');
  }
  // Objects that survive two minor collections move to the old generation.
  collect({ type: 'minor' });
  collect({ type: 'minor' });
  const { heapUsed: afterMinor } = process.memoryUsage();
  collect();
  process.stdout.write(`heap ${afterMinor} ${process.memoryUsage().heapUsed}\n`);
});
