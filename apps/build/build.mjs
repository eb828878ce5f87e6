/**
 * Builds the pages in `apps/` into `apps/dist/`: `npm run build`, and at the end of `npm ci`; `npm run build -- portal` builds that one
 * alone. JavaScript, because the Node.js that runs it may be older than the one that is installed. Where Vite or the sources are absent,
 * as in production, it does nothing.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = dirname(import.meta.dirname ?? new URL('.', import.meta.url).pathname);
const wanted = process.argv.slice(2);
const apps = readdirSync(folder).filter(
  (name) =>
    existsSync(join(folder, name, 'vite.config.ts')) && (wanted.length === 0 || wanted.includes(name)),
);
const vite = await import('vite').catch(() => null);
if (vite === null || apps.length === 0) {
  process.stdout.write(
    `The pages are not built: there is no ${vite === null ? 'Vite' : 'source of them'} here.\n`,
  );
} else {
  // Whatever the environment is for: React's other build is slower, and three times as large.
  process.env.NODE_ENV = 'production';
  // The time at which each build began: tests build a page again only if it has changed since.
  const marks = join(folder, 'dist/.built');
  mkdirSync(marks, { recursive: true });
  for (const name of apps) {
    const began = new Date().toISOString();
    const configFile = join(folder, name, 'vite.config.ts');
    await vite.build({ root: join(folder, name), configFile, logLevel: 'warn' });
    writeFileSync(join(marks, name), began);
  }
}
