/** A program that uses the kit stops compiling when a field that it shows is removed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

const program = [
  "import type { HomeQuery } from './reader.generated.ts';",
  'export const remaining = (home: HomeQuery): number | null | undefined => home.me?.loanQuota?.remaining;',
].join('\n');

/** The output of `tsc --strict` for the program with these types. */
function errorsOver(types: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'patron-graph-kit-'));
  try {
    writeFileSync(join(folder, 'program.ts'), program);
    writeFileSync(join(folder, 'reader.generated.ts'), types);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      skipLibCheck: true,
      types: [],
      allowImportingTsExtensions: true,
    };
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['--project', folder], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout ?? error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a removed field is a compiler error', () => {
  const types = readFileSync(join(root, 'apps/kit/src/audiences/reader.generated.ts'), 'utf8');
  expect(errorsOver(types)).toBe('');
  expect(errorsOver(types.replace(/readonly remaining: number/, 'readonly left: number'))).toContain(
    "'remaining'",
  );
});
