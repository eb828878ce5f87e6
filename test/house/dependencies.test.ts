/** The installed packages: their origin, their hash, and their licence. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const lockFile = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});
const { packages } = lockFile.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')),
);
// This project and its workspaces are left out, because they are linked and not installed.
const installed = Object.entries(packages).filter(
  ([path, { link = false }]) => path.startsWith('node_modules/') && !link,
);

// npm may leave out the origin of a package. The package then comes from the registry that the machine is configured
// for.
test('every package is installed by its hash, and none comes from elsewhere than a registry', () => {
  const strangers = installed.filter(
    ([, { resolved = 'https://registry.npmjs.org/', integrity = '' }]) =>
      !resolved.startsWith('https://registry.npmjs.org/') || !integrity.startsWith('sha512-'),
  );
  expect(strangers.map(([path]) => path)).toEqual([]);
  expect(installed.length).toBeGreaterThan(100);
});

/** Licences that let everybody use, change and distribute a package, and require only that its authors are named. */
const permissive = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
]);

test('what runs in production has a permissive licence', () => {
  const others = installed
    .filter(([, { dev = false }]) => !dev)
    .map(([path, { license = 'none' }]) => [path, license.replaceAll(/[()]/g, '').split(' AND ')] as const)
    .filter(([, licences]) => !licences.every((licence) => permissive.has(licence)))
    .map(([path, licences]) => `${path}: ${licences.join(' and ')}`);
  expect(others).toEqual([]);
});

// Only packages that `npm ci --omit=dev` installs are checked. Hive's planner, with which plans are compared, is
// native code, but for tests only.
test('no native code is installed for production', () => {
  const root = join(import.meta.dirname, '../..');
  const native = installed
    .filter(([path, { dev = false }]) => !dev && existsSync(join(root, path)))
    .flatMap(([path]) =>
      readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.node'))
        .map((file) => join(path, file)),
    );
  expect(native).toEqual([]);
});
