/** For `plan-apart.test.ts`: plans where this process may open no more files, and once it may again. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { plannerApart } from '../../../gateway/planner/plan-apart.ts';

const sdl = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');
const planApart = plannerApart(sdl);
const open: number[] = [];
try {
  for (;;) {
    open.push(openSync('/dev/null', 'r'));
  }
} catch {
  // Now there is none left.
}
const without = await planApart('{ me { status } }', 0).catch((error: unknown) => error);
for (const descriptor of open) {
  closeSync(descriptor);
}
const { kind } = await planApart('{ me { status } }', 0);
process.stdout.write(JSON.stringify([without, kind]));
