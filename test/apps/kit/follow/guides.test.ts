/** The programs of docs/guides/live.md and front-ends.md, against the running graph, as a reader pastes them. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TokenClaims } from '../../../../gateway/access/development.ts';
import { run } from '../../../support/processes.ts';
import { type RunningSystem, startSystem } from '../../../system/running-system.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const root = join(import.meta.dirname, '../../../..');

const programsOf = (document: string): readonly string[] =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/^```ts.*\n([\s\S]*?)^```$/gm)]
    .map(([, text = '']) => text)
    .filter((text) => text.includes('@patron-graph/kit'));

const [ofReader = '', ofStaff = '', ofPartner = '', ofStation = ''] = programsOf('docs/guides/live.md');
const [withCache = ''] = programsOf('docs/guides/front-ends.md');
/** What the examples of the README use without saying where it comes from. */
const ofReadme = programsOf('apps/kit/README.md').map(
  (text) =>
    `${text}declare const accessToken: string, patronId: string, loanId: string;
    declare const show: (text: string) => void, showLoans: (data: object) => void;
    declare const showChange: (kind: string, id: string | null) => void, showStatus: (status: string) => void;`,
);

let system: RunningSystem;
let folder: string;
beforeAll(async () => {
  system = await startSystem(undefined, {}, { buildsIndex: true });
  folder = mkdtempSync(join(tmpdir(), 'patron-graph-kit-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await system[Symbol.asyncDispose]();
});

test('the programs of the guides and of the kit’s README compile', () => {
  const texts = [ofReader, ofStaff, ofPartner, ofStation, withCache, ...ofReadme];
  expect(texts).toHaveLength(8);
  const files = texts.map((text, index) => {
    writeFileSync(join(folder, `${index}.ts`), text);
    return `${index}.ts`;
  });
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    skipLibCheck: true,
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: ['node'],
    allowImportingTsExtensions: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  try {
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['--project', folder], { stdio: 'pipe' });
  } catch (error) {
    expect.fail(String((error as { stdout?: Buffer }).stdout ?? error));
  }
});

/** Runs a program until it is live, makes the change, and waits until the program has printed it. */
async function runUntil(
  text: string,
  claims: Partial<TokenClaims>,
  change: () => Promise<unknown> = async () => undefined,
  prints: readonly RegExp[] = [],
): Promise<void> {
  const file = join(folder, `${randomUUID()}.ts`);
  writeFileSync(file, text.replace('http://127.0.0.1:4000', system.url));
  await using program = run(file, { TOKEN: await system.token(claims) }, [], folder);
  await program.says(/^catching up[\s\S]*^live$/m);
  await change();
  for (const print of prints) {
    await program.says(print);
  }
}

const suspend = (patronId: string) => async () => {
  const scope = 'patrons:write patrons:read';
  const staff = { token: await system.token({ subject: 'desk', scope }) };
  await system.change('suspendPatron', 'operation { state }', { patronId }, staff);
};

test('a reader is told', async () => {
  const reader = { subject: 'ada', patronId: 'P0000001' };
  await runUntil(ofReader, reader, suspend('P0000001'), [/^due first 20/m, /^OPERATION \d/m]);
});

test('a cache follows a reader', async () => {
  await runUntil(withCache, { subject: 'lee', patronId: 'P0000002' });
});

test('staff are told', async () => {
  const staff = { subject: 'desk', scope: 'circulation:read' };
  const settled = /^open \d[\s\S]*^SUSPEND_PATRON UNSETTLED$[\s\S]*^SUSPEND_PATRON DONE$/m;
  await runUntil(ofStaff, staff, suspend('P0000004'), [settled]);
});

test('a partner is told', async () => {
  const partner = { subject: 'ebooks', clientId: 'ebooks', scope: 'partner:verify' };
  await runUntil(ofPartner, partner, suspend('P0000003'), [/^in good standing false/m]);
});

test('a station follows', async () => {
  await runUntil(ofStation, { subject: 'station', clientId: 'station-k3m9x2p7', scope: 'station' });
});
