/** What a zoomed page must not do (WCAG 2.2, 1.4.10): lose content, scroll both ways, or disappear under what floats. */
import type { Page } from 'playwright-core';

/** Windows as a page sees them if somebody zooms: 1440 × 900 pixels at 200 %, and 1280 × 1024 pixels at 400 %. */
export const zoomedWindows = [
  { width: 720, height: 450 },
  { width: 320, height: 256 },
] as const;

/**
 * The texts and labels of the page's content or of its open dialog, each once. Around the content, a narrow window has
 * other links to the same views.
 */
export const contentOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(() => { ${inBrowser.join('\n')}\nreturn content(); })()`);

/** The faults of a zoomed page. `before` is its content before the zoom. */
export async function zoomFaults(page: Page, before: readonly string[]): Promise<readonly string[]> {
  const after = new Set(await contentOf(page));
  const lost = before.filter((text) => !after.has(text)).map((text) => `lost: ${text.slice(0, 60)}`);
  return [
    ...lost,
    ...(await page.evaluate<readonly string[]>(`(() => { ${inBrowser.join('\n')}\nreturn faults(); })()`)),
  ];
}

// The functions below run in the browser. They can use each other, and nothing else of this file.

function content(): readonly string[] {
  const root = document.querySelector('dialog[open]') ?? document.querySelector('main') ?? document.body;
  const texts = new Set<string>();
  for (const element of root.querySelectorAll('*')) {
    if (
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      element.closest('svg, script, style, noscript, option') === null
    ) {
      const own = [...element.childNodes].filter((node) => node instanceof Text).map(({ data }) => data);
      const label = element.getAttribute('aria-label') ?? '';
      for (const text of [...own, label].map((one) => one.replaceAll(/\s+/g, ' ').trim())) {
        if (text !== '') {
          texts.add(text);
        }
      }
    }
  }
  return [...texts];
}

function sidewaysScrollers(): readonly string[] {
  return [...document.querySelectorAll('body *')]
    .filter(
      (element) =>
        ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) &&
        element.scrollWidth > element.clientWidth + 1 &&
        element.checkVisibility() &&
        element.closest('textarea, select, input') === null,
    )
    .map(
      (element) => `scrolls sideways within the page: ${element.tagName.toLowerCase()}.${element.className}`,
    );
}

/** The share of the window that floats over the page, from 0 to 1. A dialog is no part of it: it is the content. */
function floatingShare(): number {
  const steps = Array.from({ length: 16 }, (_, step) => (step + 0.5) / 16);
  const isFloating = (element: Element | null): boolean =>
    element !== null &&
    element.closest('dialog[open]') === null &&
    (['fixed', 'sticky'].includes(getComputedStyle(element).position) || isFloating(element.parentElement));
  const floats = steps.flatMap((y) =>
    steps.map((x) => isFloating(document.elementFromPoint(x * innerWidth, y * innerHeight))),
  );
  return floats.filter(Boolean).length / floats.length;
}

function faults(): readonly string[] {
  // In the middle of the page, both its top and its end can be covered.
  scrollTo(0, document.documentElement.scrollHeight / 2);
  const share = floatingShare();
  scrollTo(0, 0);
  return [
    ...sidewaysScrollers(),
    ...(share > 0.4 ? [`${Math.round(100 * share)} % of the window are covered by what floats`] : []),
  ];
}

const inBrowser = [content, sidewaysScrollers, floatingShare, faults];
