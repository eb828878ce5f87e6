import { z } from 'zod';

const color = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #14607a');

/** The colours of one scheme, light or dark. A colour named `…Soft` is a background: `badSoft` is behind an error. */
export const colors = z.strictObject({
  text: color,
  /** The colour of less important text. */
  quiet: color,
  page: color,
  /** The background of a card, the header, a button, a field and a dialog. */
  raised: color,
  /** The background of a disabled control and of code. */
  sunken: color,
  /** A line that only divides. */
  line: color,
  /** The border of a field and of a button. */
  edge: color,
  /** Links and the most important button. */
  accent: color,
  accentStrong: color,
  onAccent: color,
  accentSoft: color,
  good: color,
  goodSoft: color,
  warning: color,
  warningSoft: color,
  bad: color,
  badSoft: color,
});
export type Colors = z.infer<typeof colors>;
type ColorName = keyof Colors;

interface ContrastRule {
  readonly foregrounds: readonly ColorName[];
  readonly backgrounds: readonly ColorName[];
  readonly atLeast: number;
}

const surfaces: readonly ColorName[] = ['page', 'raised', 'sunken'];

/** The minimum contrasts of WCAG 2.2: 4.5 to 1 for text (1.4.3), and 3 to 1 for the borders of controls (1.4.11). */
const rules: readonly ContrastRule[] = [
  { foregrounds: ['text', 'quiet', 'accent', 'bad'], backgrounds: surfaces, atLeast: 4.5 },
  { foregrounds: ['good', 'warning'], backgrounds: ['page', 'raised'], atLeast: 4.5 },
  { foregrounds: ['onAccent'], backgrounds: ['accent', 'accentStrong'], atLeast: 4.5 },
  { foregrounds: ['text', 'accent'], backgrounds: ['accentSoft'], atLeast: 4.5 },
  { foregrounds: ['text', 'good'], backgrounds: ['goodSoft'], atLeast: 4.5 },
  { foregrounds: ['text', 'warning'], backgrounds: ['warningSoft'], atLeast: 4.5 },
  { foregrounds: ['text', 'bad'], backgrounds: ['badSoft'], atLeast: 4.5 },
  { foregrounds: ['edge'], backgrounds: ['page', 'raised'], atLeast: 3 },
];

/** A colour that doesn't have enough contrast with another colour. */
export interface ContrastIssue {
  readonly color: ColorName;
  readonly message: string;
}

export const contrastIssues = (scheme: Colors): readonly ContrastIssue[] =>
  rules.flatMap(({ foregrounds, backgrounds, atLeast }) =>
    foregrounds.flatMap((foreground) =>
      backgrounds.flatMap((background) => {
        const contrast = contrastOf(scheme[foreground], scheme[background]);
        return contrast >= atLeast
          ? []
          : [
              {
                color: foreground,
                message: `has a contrast of ${contrast.toFixed(2)} to ${background}, and needs ${atLeast}`,
              },
            ];
      }),
    ),
  );

/** The contrast ratio of two colours, from 1 to 21 (WCAG 2.2). */
export function contrastOf(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The relative luminance of `#rrggbb`, from 0 to 1 (WCAG 2.2). */
function luminanceOf(hex: string): number {
  const linear = (start: number): number => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5);
}
