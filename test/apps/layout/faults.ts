/** Faults of a page's layout that no eye should find: cut words, texts outside of their place, and texts upon each other. */
import type { Page } from 'playwright-core';

/** The faults of the page as it is now, each with its text. A page is scrolled to no place that it doesn't have. */
export const layoutFaults = (page: Page): Promise<readonly string[]> => page.evaluate(findFaults);

/** Runs in the browser, so it can use nothing of this file. */
function findFaults(): string[] {
  const chinese = /\p{Script=Han}/u;
  /** A line may end after these, except within a number or a date. */
  const mayBreakAfter = /[-–—/?&=@._:]/;
  /** Numbers, dates and codes that contain spaces. */
  const together = /\d{1,2}\s[A-Z][a-z]{2}\s\d{4}|HK\$[\d.,]+|\d{4}\s\d{4}\b|\d+\s年\s?\d+/g;

  const isShown = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.closest('.hidden, .skip, option, svg, script, style, noscript') === null &&
    [...ancestorsOf(element)].every(
      (one) => one.clientWidth !== 1 || getComputedStyle(one).overflow !== 'hidden',
    );
  function* ancestorsOf(element: Element): Generator<Element> {
    for (let one: Element | null = element; one !== null; one = one.parentElement) {
      yield one;
    }
  }
  const isFloating = (element: Element): boolean =>
    [...ancestorsOf(element)].some((one) => ['fixed', 'sticky'].includes(getComputedStyle(one).position));
  const scrolls = (element: Element): boolean =>
    [...ancestorsOf(element)].some((one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX));
  const rectsOf = (text: Text, from: number, to: number): DOMRect[] => {
    const range = document.createRange();
    range.setStart(text, from);
    range.setEnd(text, to);
    return [...range.getClientRects()].filter(({ width }) => width > 0);
  };
  const linesOf = (rects: readonly DOMRect[]): number =>
    new Set(rects.map(({ top }) => Math.round(top))).size;

  const texts: { text: Text; parent: Element }[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    const parent = text.parentElement;
    if (parent !== null && text.data.trim() !== '' && isShown(parent)) {
      texts.push({ text, parent });
    }
  }
  const faults: string[] = [];
  const tell = (what: string, text: string) => faults.push(`${what}: ${text.trim().slice(0, 80)}`);

  for (const { text, parent } of texts) {
    for (const { 0: word, index } of [...text.data.matchAll(/\S+/g), ...text.data.matchAll(together)]) {
      const rects = rectsOf(text, index, index + word.length);
      const width = rects.reduce((sum, rect) => sum + rect.width, 0);
      const place = parent.closest('td, th, li, p, dd, dt, div, section, main')?.clientWidth ?? width;
      if (linesOf(rects) <= 1 || chinese.test(word) || width > place) {
        continue;
      }
      const pieces = word.split(/(?<=[-–—/?&=@._:])/);
      let from = index;
      const isBrokenWithin =
        /^\d|\s/.test(word) ||
        pieces.some((piece) => {
          const lines = linesOf(rectsOf(text, from, from + piece.length));
          from += piece.length;
          return lines > 1;
        });
      if (isBrokenWithin || !mayBreakAfter.test(word)) {
        tell('cut', word);
      }
    }
    const style = getComputedStyle(parent);
    if (['hidden', 'clip'].includes(style.overflowX) && parent.scrollWidth > parent.clientWidth + 1) {
      tell('clipped', text.data);
    }
  }

  const places = 'td, th, button, .button, .badge, .card, .tile, dialog, main, header, nav, body';
  for (const { text, parent } of texts) {
    const place = parent.closest(places)?.getBoundingClientRect();
    const isOutside = rectsOf(text, 0, text.length).some(
      ({ left, right }) =>
        place !== undefined && (right > place.right + 1 || left < place.left - 1 || right > innerWidth + 1),
    );
    if (isOutside && !scrolls(parent)) {
      tell('outside of its place', text.data);
    }
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) {
    tell('scrolls sideways', `${document.documentElement.scrollWidth} pixels`);
  }

  const controls = [
    ...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, img, .button'),
  ];
  const boxes = [
    ...texts.flatMap(({ text, parent }) =>
      rectsOf(text, 0, text.length).map((rect) => ({ rect, element: parent, says: text.data })),
    ),
    ...controls.filter(isShown).map((element) => ({
      rect: element.getBoundingClientRect(),
      element,
      says: element.getAttribute('aria-label') ?? element.textContent ?? element.tagName,
    })),
  ]
    .filter(({ rect, element }) => rect.width > 0 && !isFloating(element))
    .sort((one, other) => one.rect.top - other.rect.top);
  for (const [at, one] of boxes.entries()) {
    for (const other of boxes.slice(at + 1)) {
      if (other.rect.top >= one.rect.bottom) {
        break;
      }
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const down = Math.min(one.rect.bottom, other.rect.bottom) - other.rect.top;
      const isWithin = one.element.contains(other.element) || other.element.contains(one.element);
      if (!isWithin && across > 2 && down > 0.4 * Math.min(one.rect.height, other.rect.height)) {
        tell('upon each other', `${one.says.trim().slice(0, 38)} | ${other.says.trim().slice(0, 38)}`);
      }
    }
  }
  return [...new Set(faults)];
}
