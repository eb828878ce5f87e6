/**
 * The library's own look for all pages: its names, logo, colours and font. They come from the theme file
 * (LIBRARY_THEME), which names the file of the logo.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../../platform/lifecycle/read-json-file.ts';
import type { Language } from '../graph/client.ts';
import { type Colors, colors, contrastIssues } from './colors.ts';

/** The theme file of an invented library, which is the default. */
export const demonstrationThemeFile = join(import.meta.dirname, 'demonstration/theme.json');

export const themeShape = { LIBRARY_THEME: z.string().default(demonstrationThemeFile) } as const;

/** The maximum size of the logo's file, in bytes. Each page loads it. */
const maxLogoBytes = 65_536;

const logoTypes: ReadonlyMap<string, string> = new Map([
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
]);

const name = z.string().trim().min(1).max(80);

const names = z.strictObject({ en: name, 'zh-Hant': name });
type Names = z.infer<typeof names>;

const themeFile = z.strictObject({
  name: names,
  programs: z.record(z.string(), names).default({}),
  mark: z.string().refine((path) => logoTypes.has(extname(path)), 'must end in .svg or .png'),
  fonts: z
    .array(
      z.string().regex(/^[\w -]{1,60}$/, 'must be the name of a font: letters, digits, spaces and hyphens'),
    )
    .min(1),
  light: colors,
  dark: colors,
});
type ThemeFile = z.infer<typeof themeFile>;

/** The library's logo. Pages show it next to the library's name, and browsers show it in the tab. */
export interface Logo {
  /** The media type of `content`. */
  readonly type: string;
  readonly content: Buffer;
}

export interface Theme {
  readonly name: Readonly<Record<Language, string>>;
  /** The names of the programs that people use, by the program's OAuth `client_id`. */
  readonly programs: Readonly<Record<string, Names>>;
  readonly logo: Logo;
  readonly light: Colors;
  /** The custom properties that the style sheets of all pages use: one for each colour, and `--font`. */
  readonly styleSheet: string;
}

/**
 * @throws Error whose message names the file and everything in it that is missing, wrong, or too low in contrast
 */
export const readTheme = (file: string): Promise<Theme> =>
  readJsonFile('LIBRARY_THEME', file, async (json, folder) => {
    const theme = themeFile.superRefine(checkContrast).parse(json);
    return {
      name: theme.name,
      programs: theme.programs,
      logo: await readLogo(resolve(folder, theme.mark)),
      light: theme.light,
      styleSheet: styleSheetOf(theme),
    };
  });

function checkContrast({ light, dark }: ThemeFile, context: z.RefinementCtx<ThemeFile>): void {
  for (const [scheme, ofScheme] of Object.entries({ light, dark })) {
    for (const { color, message } of contrastIssues(ofScheme)) {
      context.addIssue({ code: 'custom', path: [scheme, color], message });
    }
  }
}

async function readLogo(file: string): Promise<Logo> {
  const content = await readFile(file);
  if (content.length > maxLogoBytes) {
    throw new Error(`${file} has ${content.length} bytes; a mark may have ${maxLogoBytes}`);
  }
  return { type: logoTypes.get(extname(file)) ?? 'application/octet-stream', content };
}

function styleSheetOf({ light, dark, fonts }: ThemeFile): string {
  const names = Object.keys(light) as (keyof Colors)[];
  const lines = names.map((color) => `  --${dashed(color)}: light-dark(${light[color]}, ${dark[color]});`);
  const families = fonts.map((font) => (font.includes(' ') ? `"${font}"` : font));
  return [
    ':root {',
    '  color-scheme: light dark;',
    ...lines,
    `  --font: ${families.join(', ')};`,
    '}',
    '',
  ].join('\n');
}

/** Converts a name: `accentSoft` becomes `accent-soft`. */
const dashed = (camelCase: string): string =>
  camelCase.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
