/** Faults of a page's layout that no eye should find: cut words, texts outside of their place, and texts upon each other. */
import type { Page } from 'playwright-core';

/** The faults of the page as it is now, each with its text. A page is scrolled to no place that it doesn't have. */
export const layoutFaults = (page: Page): Promise<readonly string[]> => page.evaluate(script);

/** A text of the page, and the element that it is in. */
interface Shown {
  readonly text: Text;
  readonly parent: Element;
}

// The functions below run in the browser. They can use each other, and nothing else of this file.

function ancestorsOf(element: Element): readonly Element[] {
  const parent = element.parentElement;
  return parent === null ? [element] : [element, ...ancestorsOf(parent)];
}

function isShown(element: Element): boolean {
  return (
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.closest('.hidden, .skip, option, svg, script, style, noscript') === null &&
    ancestorsOf(element).every((one) => one.clientWidth !== 1 || getComputedStyle(one).overflow !== 'hidden')
  );
}

function shownTexts(): readonly Shown[] {
  const texts: Shown[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    const parent = text.parentElement;
    if (parent !== null && text.data.trim() !== '' && isShown(parent)) {
      texts.push({ text, parent });
    }
  }
  return texts;
}

function rectsOf(text: Text, from: number, to: number): readonly DOMRect[] {
  const range = document.createRange();
  range.setStart(text, from);
  range.setEnd(text, to);
  return [...range.getClientRects()].filter(({ width }) => width > 0);
}

function linesOf(rects: readonly DOMRect[]): number {
  return new Set(rects.map(({ top }) => Math.round(top))).size;
}

/** Whether a word, number or date takes more than one line, without an end of a line that it allows. */
function isCut({ text, parent }: Shown, word: string, index: number): boolean {
  const rects = rectsOf(text, index, index + word.length);
  const width = rects.reduce((sum, rect) => sum + rect.width, 0);
  const place = parent.closest('td, th, li, p, dd, dt, div, section, main')?.clientWidth ?? width;
  if (linesOf(rects) <= 1 || /\p{Script=Han}/u.test(word) || width > place) {
    return false;
  }
  // A line may end after these, except within a number or a date.
  const pieces = word.split(/(?<=[-–—/?&=@._:：，；])/);
  let from = index;
  const isBrokenWithin = pieces.some((piece) => {
    const lines = linesOf(rectsOf(text, from, from + piece.length));
    from += piece.length;
    return lines > 1;
  });
  return isBrokenWithin || /^\d|\s/.test(word) || pieces.length === 1;
}

function cutWords(texts: readonly Shown[]): readonly string[] {
  /** Numbers, dates and codes that contain spaces. */
  const together = /\d{1,2}\s[A-Z][a-z]{2}\s\d{4}|HK\$[\d.,]+|\d{4}\s\d{4}\b|\d+\s年\s?\d+/g;
  return texts.flatMap((shown) =>
    [...shown.text.data.matchAll(/\S+/g), ...shown.text.data.matchAll(together)]
      .filter(({ 0: word, index }) => isCut(shown, word, index))
      .map(([word]) => `cut: ${word}`),
  );
}

function isClipped({ parent }: Shown): boolean {
  const { overflowX } = getComputedStyle(parent);
  return ['hidden', 'clip'].includes(overflowX) && parent.scrollWidth > parent.clientWidth + 1;
}

function isOutside({ text, parent }: Shown): boolean {
  const places = 'td, th, button, .button, .badge, .card, .tile, dialog, main, header, nav, body';
  const place = parent.closest(places)?.getBoundingClientRect();
  const scrolls = ancestorsOf(parent).some((one) =>
    ['auto', 'scroll'].includes(getComputedStyle(one).overflowX),
  );
  return (
    !scrolls &&
    rectsOf(text, 0, text.length).some(
      ({ left, right }) =>
        place !== undefined && (right > place.right + 1 || left < place.left - 1 || right > innerWidth + 1),
    )
  );
}

interface Box {
  readonly rect: DOMRect;
  readonly element: Element;
  readonly says: string;
}

/** The boxes of texts and controls, from the top. What floats over the page may lie upon something else. */
function boxesOf(texts: readonly Shown[]): readonly Box[] {
  const controls = 'input:not([type=hidden]), select, textarea, button, img, .button';
  const isFloating = (element: Element) =>
    ancestorsOf(element).some((one) => ['fixed', 'sticky'].includes(getComputedStyle(one).position));
  return [
    ...texts.flatMap(({ text, parent }) =>
      rectsOf(text, 0, text.length).map((rect) => ({ rect, element: parent, says: text.data })),
    ),
    ...[...document.querySelectorAll(controls)].filter(isShown).map((element) => ({
      rect: element.getBoundingClientRect(),
      element,
      says: element.getAttribute('aria-label') ?? element.textContent ?? element.tagName,
    })),
  ]
    .filter(({ rect, element }) => rect.width > 0 && !isFloating(element))
    .sort((one, other) => one.rect.top - other.rect.top);
}

function isUpon(one: Box, other: Box): boolean {
  const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
  const down = Math.min(one.rect.bottom, other.rect.bottom) - other.rect.top;
  return (
    across > 2 &&
    down > 0.4 * Math.min(one.rect.height, other.rect.height) &&
    !one.element.contains(other.element) &&
    !other.element.contains(one.element)
  );
}

function findFaults(): readonly string[] {
  const texts = shownTexts();
  const short = (text: string) => text.trim().slice(0, 60);
  const { scrollWidth, clientWidth } = document.documentElement;
  const boxes = boxesOf(texts);
  return [
    ...new Set([
      ...cutWords(texts),
      ...texts.filter(isClipped).map(({ text }) => `clipped: ${short(text.data)}`),
      ...texts.filter(isOutside).map(({ text }) => `outside of its place: ${short(text.data)}`),
      ...(scrollWidth > clientWidth ? [`scrolls sideways: ${scrollWidth} pixels`] : []),
      ...boxes.flatMap((one, at) =>
        boxes
          .slice(at + 1)
          .filter((other) => isUpon(one, other))
          .map((other) => `upon each other: ${short(one.says)} | ${short(other.says)}`),
      ),
    ]),
  ];
}

const inBrowser = [
  ancestorsOf,
  isShown,
  shownTexts,
  rectsOf,
  linesOf,
  isCut,
  cutWords,
  isClipped,
  isOutside,
  boxesOf,
  isUpon,
  findFaults,
];
const script = `(() => { ${inBrowser.join('\n')}\nreturn findFaults(); })()`;
