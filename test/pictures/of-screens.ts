/**
 * The pictures of all screens, taken on a fixed day, and their comparison with the screens of now. A changed picture is
 * looked at before it is committed. Codes of operations, and the times that the journal gives, differ from run to run.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { type Language, type OpenScreens, openScreens } from '../apps/layout/open-screens.ts';
import { type Screen, screens } from '../apps/layout/screens.ts';

const folder = join(import.meta.dirname, 'screens');
/** Pictures that differ are written here, so that somebody can look at them. */
const differing = join(tmpdir(), 'differing-screens');

/** The limit of all pictures together, in bytes: every clone of the repository has them. */
const maxBytes = 10_000_000;
/** Codes differ, and edges may be drawn differently: in at most one pixel of 500. */
const maxShare = 0.002;
/** The reader's log of accesses has nothing but times of the journal. On other days these have other lengths. */
const maxShares: Readonly<Record<string, number>> = { 'reader/access': 0.01 };
/** The wait until fonts and late parts of the page are drawn, in ms. */
const stillMs = 700;

const sizes = {
  staff: { width: 1440, height: 900 },
  reader: { width: 390, height: 844 },
  stranger: { width: 390, height: 844 },
  station: { width: 1024, height: 768 },
} as const;

/** Readers' screens are taken in Chinese, so that both languages are looked at. */
const languageOf = ({ seenBy }: Screen): Language => (seenBy === 'reader' ? 'zh-HK' : 'en-GB');

async function pictureOf(opened: OpenScreens, screen: Screen): Promise<Buffer> {
  const page = await opened.open(screen, languageOf(screen), sizes[screen.seenBy]);
  await setTimeout(stillMs);
  return await page.screenshot({ animations: 'disabled', caret: 'hide' });
}

async function* picturesOf(
  wanted: readonly string[],
): AsyncGenerator<readonly [Screen, Buffer, OpenScreens]> {
  await using opened = await openScreens();
  for (const screen of screens.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    yield [screen, await pictureOf(opened, screen), opened];
  }
}

async function writePicture(folder: string, name: string, picture: Buffer): Promise<void> {
  const file = join(folder, `${name}.png`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, picture);
}

/** Takes the pictures. @throws Error if they are larger than `maxBytes` together */
export async function takeScreens(wanted: readonly string[]): Promise<void> {
  let sum = 0;
  for await (const [{ name }, picture] of picturesOf(wanted)) {
    sum += picture.length;
    await writePicture(folder, name, picture);
    process.stdout.write(`${name}.png: ${picture.length} bytes\n`);
  }
  if (sum > maxBytes) {
    throw new Error(`the pictures have ${sum} bytes, more than ${maxBytes}`);
  }
}

/** Compares the screens with their pictures. Sets the exit code if one differs. */
export async function checkScreens(wanted: readonly string[]): Promise<void> {
  for await (const [{ name }, picture, { browser }] of picturesOf(wanted)) {
    const page = await browser.newPage();
    const share = await differingShare(page, await readFile(join(folder, `${name}.png`)), picture);
    await page.close();
    process.stdout.write(`${name}: ${(100 * share).toFixed(2)} % of the pixels differ\n`);
    if (share > (maxShares[name] ?? maxShare)) {
      process.exitCode = 1;
      await writePicture(differing, name, picture);
      process.stdout.write(`  ${join(differing, `${name}.png`)} is the screen as it is now\n`);
    }
  }
}

/** The share of pixels in which two pictures differ visibly, from 0 to 1. It is 1 if their sizes differ. */
async function differingShare(page: Page, kept: Buffer, taken: Buffer): Promise<number> {
  const sources = [kept, taken].map((png) => `data:image/png;base64,${png.toString('base64')}`);
  return await page.evaluate(comparePictures, sources);
}

/** A page's own types for what the comparison uses, because files of tests know no browser. */
interface Bitmap {
  readonly width: number;
  readonly height: number;
}
declare const createImageBitmap: (source: unknown) => Promise<Bitmap>;
declare const OffscreenCanvas: new (
  width: number,
  height: number,
) => {
  getContext(kind: '2d'): {
    drawImage(image: Bitmap, x: number, y: number): void;
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  } | null;
};

/** Runs in the browser, so it can use nothing of this file. */
async function comparePictures(sources: readonly string[]): Promise<number> {
  /** The smallest difference of a colour, of 255, that somebody sees. */
  const visible = 24;
  const pictures = await Promise.all(
    sources.map(async (source) => createImageBitmap(await (await fetch(source)).blob())),
  );
  const [kept, taken] = pictures;
  if (kept === undefined || kept.width !== taken?.width || kept.height !== taken.height) {
    return 1;
  }
  const [before, after] = pictures.map((picture) => {
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    context?.drawImage(picture, 0, 0);
    return context?.getImageData(0, 0, picture.width, picture.height).data;
  });
  if (before === undefined || after === undefined) {
    return 1;
  }
  let different = 0;
  for (let at = 0; at < before.length; at += 4) {
    if (
      [0, 1, 2].some((colour) => Math.abs((before[at + colour] ?? 0) - (after[at + colour] ?? 0)) > visible)
    ) {
      different += 1;
    }
  }
  return different / (kept.width * kept.height);
}
