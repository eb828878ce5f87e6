/**
 * Builds the pages of `apps/` into `apps/dist/`. `npm run build` builds all pages, and `npm run build -- portal` builds
 * only the portal. `npm ci` also runs this script at the end. The script is JavaScript, because it may run on an older
 * Node.js than the one in node_modules. If Vite or the sources are absent, as in production, the script does nothing.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = dirname(import.meta.dirname ?? new URL('.', import.meta.url).pathname);
const wanted = process.argv.slice(2);
const all = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'vite.config.ts')));
const apps = wanted.length === 0 ? all : wanted;
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There are no pages ${unknown.join(', ')}. There are ${all.join(', ')}.\n`);
  process.exit(1);
}
const vite = await import('vite').catch(() => null);
if (vite === null || apps.length === 0) {
  process.stdout.write(
    `The pages are not built: there is no ${vite === null ? 'Vite' : 'source of them'} here.\n`,
  );
} else {
  // All environments get React's production build. The development build is slower, and three times as large.
  process.env.NODE_ENV = 'production';
  // Records when each build began. Tests build a page again only if its sources have changed since then.
  const marks = join(folder, 'dist/.built');
  mkdirSync(marks, { recursive: true });
  for (const name of apps) {
    const began = new Date().toISOString();
    const configFile = join(folder, name, 'vite.config.ts');
    await vite.build({ root: join(folder, name), configFile, logLevel: 'warn' });
    writeFileSync(join(marks, name), began);
  }
}
