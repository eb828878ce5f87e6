/** For `plan-apart.test.ts`: plans where this process may open no more files, and once it may again. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import { plannerApart } from '../../../../gateway/planner/plan-apart.ts';

const sdl = readFileSync(new URL('../../../../schema/supergraph.graphql', import.meta.url), 'utf8');
const query = '{ me { status } }';
const planApart = plannerApart(sdl);
const engine = createEngine(sdl);
const ask = () =>
  engine.execute({ document: parse(query), fetch: async () => ({ data: { me: { status: 'ACTIVE' } } }) });
const open: number[] = [];
try {
  for (;;) {
    open.push(openSync('/dev/null', 'r'));
  }
} catch {
  // Now there is none left.
}
const without = await planApart(query, 0).catch((error: unknown) => error);
const told = await ask();
for (const descriptor of open) {
  closeSync(descriptor);
}
const { kind } = await planApart(query, 0);
process.stdout.write(JSON.stringify([without, told, kind, await ask()]));
