/** The file with the library's own look. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contrastOf } from '../../../../edge/theme/colors.ts';
import { demonstrationThemeFile, readTheme } from '../../../../edge/theme/theme.ts';
import { makeTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';

interface ThemeJson {
  readonly name: Readonly<Record<string, string>>;
  readonly light: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

const demonstration: ThemeJson = JSON.parse(readFileSync(demonstrationThemeFile, 'utf8'));

/** Reads a theme that differs from the demonstration's. */
async function readChanged(changed: object, mark = '<svg/>'): Promise<Awaited<ReturnType<typeof readTheme>>> {
  using folder = makeTemporaryFolder();
  const file = join(folder.path, 'theme.json');
  writeFileSync(file, JSON.stringify({ ...demonstration, ...changed }));
  writeFileSync(join(folder.path, 'mark.svg'), mark);
  return await readTheme(file);
}

test('a theme has the colours of both schemes and the fonts', async () => {
  const { styleSheet, name, logo } = await readChanged({
    name: { en: 'Harbour Library', 'zh-Hant': '海港圖書館' },
    fonts: ['Noto Serif', 'serif'],
    light: { ...demonstration.light, accent: '#5b2a86', onAccent: '#ffffff' },
  });
  expect(name.en).toBe('Harbour Library');
  expect(logo).toEqual({ type: 'image/svg+xml', content: Buffer.from('<svg/>') });
  expect(styleSheet).toContain('  --accent: light-dark(#5b2a86, #7cc7e0);\n');
  expect(styleSheet).toContain('  --on-accent: light-dark(#ffffff, #0c1c23);\n');
  expect(styleSheet).toContain('  --font: "Noto Serif", serif;\n');
});

test('contrast is computed as WCAG says', () => {
  expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(contrastOf('#14607a', '#14607a')).toBe(1);
});

test('a colour that cannot be read is refused, with its scheme and both colours', async () => {
  const error = await readChanged({ light: { ...demonstration.light, quiet: '#9aa5b1' } }).catch(String);
  expect(error).toContain('has a contrast of 2.50 to raised, and needs 4.5');
  expect(error).toContain('light.quiet');
});

test.each([
  [{ mark: 'mark.gif' }, 'must end in .svg or .png'],
  [{ mark: 'absent.svg' }, 'ENOENT'],
  [{ fonts: ['x; } body { display: none'] }, 'must be the name of a font'],
  [{ fonts: [] }, 'fonts'],
  [{ name: { en: 'Only English' } }, 'zh-Hant'],
  [{ light: { ...demonstration.light, accent: 'teal' } }, 'must be a colour such as #14607a'],
  [{ lihgt: {} }, 'lihgt'],
  [{ programs: { counter: { en: 'Counter' } } }, 'programs.counter["zh-Hant"]'],
] as const)('%j is refused', async (changed, message) => {
  const error = await readChanged(changed).catch(String);
  expect(error).toContain('LIBRARY_THEME');
  expect(error).toContain(message);
});

test('a mark that would slow down every page is refused', async () => {
  const error = await readChanged({}, ' '.repeat(65_537)).catch(String);
  expect(error).toContain('has 65537 bytes; a mark may have 65536');
});
