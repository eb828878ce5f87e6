import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { noBranches, readBranches } from '../../../../subgraphs/library/branches.ts';

const demonstration = fileURLToPath(new URL('../../../../simulators/branches.json', import.meta.url));
const seed = readFileSync(new URL('../../../../simulators/seed.json', import.meta.url), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'branches-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function fileOf(content: string): string {
  files += 1;
  const file = join(folder, `branches-${files}.json`);
  writeFileSync(file, content);
  return file;
}

const central = {
  code: 'HKCL',
  name: { en: 'Central', 'zh-Hant': '中央' },
  openingHours: { SUNDAY: { opens: '10:00', closes: '19:00' }, MONDAY: { opens: '09:00', closes: '20:00' } },
};

test('the demonstration lists every branch that its copies and holds name', async () => {
  const { byCode } = await readBranches(demonstration);
  const codes = Array.from(seed.matchAll(/"(?:branch|pickupBranch)": "(\w+)"/g), ([, code = '']) => code);
  expect(codes.length).toBeGreaterThan(100);
  expect(codes.filter((code) => byCode(code) === null)).toEqual([]);
});

test('branches are in the order of their codes, and their hours begin on Monday', async () => {
  const { all, byCode } = await readBranches(fileOf(JSON.stringify([{ ...central, code: 'Z' }, central])));
  expect(all.map(({ code }) => code)).toEqual(['HKCL', 'Z']);
  expect(byCode('HKCL')?.openingHours.map(({ day }) => day)).toEqual(['MONDAY', 'SUNDAY']);
});

test('with a file a hold is fetched at a listed branch only, without one anywhere', async () => {
  const listed = await readBranches(fileOf(JSON.stringify([central])));
  expect([listed.allows('HKCL'), listed.allows('STCL')]).toEqual([true, false]);
  expect([noBranches.allows('STCL'), noBranches.all]).toEqual([true, []]);
});

test.each([
  ['no JSON', 'x', 'JSON'],
  ['a code twice', JSON.stringify([central, central]), 'each code once'],
  ['a name in one language', JSON.stringify([{ ...central, name: { en: 'Central' } }]), 'zh-Hant'],
  [
    'no hour',
    JSON.stringify([{ ...central, openingHours: { MONDAY: { opens: '9', closes: '20:00' } } }]),
    '09:30',
  ],
  [
    'a branch that closes before it opens',
    JSON.stringify([{ ...central, openingHours: { MONDAY: { opens: '20:00', closes: '09:00' } } }]),
    'open before',
  ],
])('a file with %s is refused by name', async (_what, content, reason) => {
  const file = fileOf(content);
  await expect(readBranches(file)).rejects.toThrow(file);
  await expect(readBranches(file)).rejects.toThrow(reason);
});
