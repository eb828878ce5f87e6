/** The contents of the image, and its labels. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { copied, copiedIn, stageOf } from './image-tree.ts';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { version, dependencies } = z
  .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

/**
 * The commands that run in the image. They come from docker-compose.yml and deploy/kubernetes; the simulators are left
 * out.
 */
const commands = [
  'docker-compose.yml',
  'deploy/one-process.yml',
  ...globSync('deploy/kubernetes/{base,edges,jobs}/**/*.yaml', { cwd: root }),
]
  .flatMap((file) => [...read(file).matchAll(/command: \["?node"?, "?([\w/-]+\.ts)"?/g)])
  .map(([, file = '']) => file)
  .filter((file) => !file.startsWith('simulators/'));

/** The files and packages that a file imports at run time, and the file itself. Imports of types are left out. */
function neededBy(entry: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) {
      return;
    }
    files.add(file);
    const imports = read(file).matchAll(/^(?:import|export)\b(?! type\b)[^;'"]*?\bfrom\s+'([^']+)'/gm);
    for (const [, name = ''] of imports) {
      if (name.startsWith('.')) {
        visit(normalize(join(dirname(file), name)));
      } else if (!name.startsWith('node:')) {
        packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
      }
    }
  };
  visit(entry);
  return { files, packages };
}

test('has every file that its commands need, and every package as a production dependency', () => {
  expect(new Set(commands)).toContain('gateway/main.ts');
  expect(new Set(commands).size).toBeGreaterThanOrEqual(8);
  for (const command of commands) {
    const { files, packages } = neededBy(command);
    const missing = [...files].filter((file) => !copied.includes(file.split('/')[0] ?? ''));
    expect({ command, missing }).toEqual({ command, missing: [] });
    expect({ command, packages: [...packages].filter((name) => !(name in dependencies)) }).toEqual({
      command,
      packages: [],
    });
  }
});

test('has no tests, simulators or development dependencies', () => {
  expect(copied.every((path) => existsSync(join(root, path)))).toBe(true);
  expect(copied).not.toContain('.');
  expect(copied).not.toContain('test');
  expect(copied).not.toContain('simulators');
  const tests = copied.flatMap((path) => globSync(`${path}/**/*.test.ts`, { cwd: root }));
  expect(tests).toEqual([]);
  expect(stageOf('dependencies').join('\n')).toContain('npm ci --omit=dev');
  const fromOtherStages = stageOf('program').filter((line) => line.includes('--from='));
  expect(fromOtherStages).toEqual([
    'COPY --from=dependencies /app/node_modules ./node_modules',
    'COPY --from=pages /app/apps/dist ./apps/dist',
  ]);
});

test('builds the pages in a stage that has all their sources', () => {
  expect(stageOf('pages')).toContain('RUN npm run build');
  expect(copiedIn('pages')).toEqual(
    expect.arrayContaining([
      'CHANGELOG.md',
      'apps',
      'docs/guides',
      'package.json',
      'schema',
      'tsconfig.json',
    ]),
  );
  const read = readFileSync(join(root, 'apps/portal/content/pages.ts'), 'utf8');
  const sources = [...read.matchAll(/'([\w./-]+\.md)'/g)].map(([, path = '']) => path);
  const missing = sources.filter((path) => !copiedIn('pages').some((copy) => path.startsWith(copy)));
  expect(sources.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});

test('runs as a user that is not root, given by number', () => {
  expect(stageOf('program')).toContain('USER 1000:1000');
  expect([...stageOf('program'), ...stageOf('production')].join('\n')).not.toMatch(/USER root/);
});

test('is labelled with its version and commit', () => {
  const production = stageOf('production');
  expect(production).toContain(`ARG VERSION=${version}`);
  expect(production).toContain('ENV COMMIT=$COMMIT');
  const labels = production.find((line) => line.startsWith('LABEL ')) ?? '';
  expect(labels).toContain('org.opencontainers.image.version=$VERSION');
  expect(labels).toContain('org.opencontainers.image.revision=$COMMIT');
});

test('sends only copied files to the build', () => {
  const [first, ...rest] = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  const allowed = rest.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  expect(allowed.sort()).toEqual(
    [...new Set([...copied, ...copiedIn('dependencies', 'pages', 'simulators')])].sort(),
  );
});
