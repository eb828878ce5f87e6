/** The way of the keyboard through a page: which controls Tab reaches, and whether the focus is seen there. */
import type { Page } from 'playwright-core';

/**
 * Goes through the page, or through its open dialog, with Tab alone. Resolves to the faults: each control that is never
 * reached, and each place where nobody sees the focus, because it has no outline or because something lies upon it. After
 * `atMost` presses of Tab, the rest of a long page is left out.
 */
export async function keyboardFaults(page: Page, atMost: number): Promise<readonly string[]> {
  let toReach = await page.evaluate<number>(`(() => { ${inBrowser.join('\n')}\nreturn begin(); })()`);
  // The walk begins at any place of the page, and passes the browser's own controls.
  const enough = 2 * toReach + 20;
  let presses = 0;
  for (; toReach > 0 && presses < Math.min(enough, atMost); presses += pressesAtOnce) {
    for (let press = 0; press < pressesAtOnce; press += 1) {
      await page.keyboard.press('Tab');
    }
    toReach = await page.evaluate<number>('keyboardWalk.toReach()');
  }
  return await page.evaluate<readonly string[]>(`keyboardWalk.end(${presses >= enough})`);
}

const pressesAtOnce = 10;

/** Kept in the page's `globalThis.keyboardWalk`. */
interface Walk {
  /** How many controls the focus has not reached yet. */
  readonly toReach: () => number;
  /** Ends the walk. Returns its faults. A control that was not reached is a fault only if `isWhole`. */
  readonly end: (isWhole: boolean) => readonly string[];
}

// The functions below run in the browser. They can use each other, and nothing else of this file.

/** The controls that Tab should reach. Of the radio buttons of a group it reaches one. */
function controlsToReach(): readonly Element[] {
  const root = document.querySelector('dialog[open]') ?? document.body;
  const selector = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
  return [...root.querySelectorAll<HTMLElement>(selector)].filter(
    (element) =>
      element.tabIndex >= 0 &&
      !element.matches(':disabled') &&
      element.closest('[inert]') === null &&
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
  );
}

function nameOf(element: Element): string {
  const text = element.getAttribute('aria-label') ?? element.textContent ?? '';
  return `${element.tagName.toLowerCase()} ${text.trim() || element.id || element.className}`.slice(0, 70);
}

function hasOutline(element: Element): boolean {
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
}

/** Whether some point of the element, as it is scrolled now, is in the window with nothing upon it. */
function isInSight(element: Element): boolean {
  return [...element.getClientRects()].some(({ left, right, top, bottom }) => {
    const ys = [top + 2, (top + bottom) / 2, bottom - 2];
    const xs = [left + 2, (left + right) / 2, right - 2];
    return ys.some((y) =>
      xs.some((x) => {
        const seen = document.elementFromPoint(x, y);
        return seen !== null && (element.contains(seen) || seen.closest('label')?.contains(element) === true);
      }),
    );
  });
}

function begin(): number {
  const reached = new Set<Element>();
  const faults = new Set<string>();
  const wanted = controlsToReach();
  const groupOf = (element: Element) =>
    element instanceof HTMLInputElement && element.type === 'radio' ? element.name : null;
  const isReached = (element: Element) =>
    reached.has(element) ||
    (groupOf(element) !== null && [...reached].some((one) => groupOf(one) === groupOf(element)));
  const toReach = () => wanted.filter((element) => element.isConnected && !isReached(element));
  const onFocus = ({ target }: Event) => {
    if (target instanceof Element) {
      reached.add(target);
      if (!hasOutline(target)) {
        faults.add(`no outline with the focus: ${nameOf(target)}`);
      }
    }
  };
  // The browser scrolls to an element after it has told of the focus, so its place is looked at before the next one.
  const onKey = () => {
    const focused = document.activeElement;
    if (focused !== null && reached.has(focused) && !isInSight(focused)) {
      faults.add(`out of sight with the focus: ${nameOf(focused)}`);
    }
  };
  if (document.activeElement instanceof HTMLElement) {
    document.activeElement.blur();
  }
  document.addEventListener('focusin', onFocus);
  document.addEventListener('keydown', onKey, true);
  const walk: Walk = {
    toReach: () => toReach().length,
    end: (isWhole) => {
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('keydown', onKey, true);
      const missed = isWhole ? toReach() : [];
      return [...faults, ...missed.map((element) => `not reached with Tab: ${nameOf(element)}`)];
    },
  };
  Object.assign(globalThis, { keyboardWalk: walk });
  return walk.toReach();
}

const inBrowser = [controlsToReach, nameOf, hasOutline, isInSight, begin];
