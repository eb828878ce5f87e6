import { type RefObject, useEffect } from 'react';

const steps: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };

/**
 * Lets the arrow keys move the focus through the buttons of a list, from anywhere on the page. No button has the focus
 * at first: a scanner's Enter would press it.
 */
export function useArrowKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = steps[event.key];
      // In a list of options, the arrow keys choose an option.
      if (step === undefined || event.altKey || event.target instanceof HTMLSelectElement) {
        return;
      }
      event.preventDefault();
      const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
      const { activeElement } = document;
      const focused = activeElement instanceof HTMLButtonElement ? buttons.indexOf(activeElement) : -1;
      const next = focused === -1 ? Math.min(step, 0) : focused + step;
      buttons.at(next % buttons.length)?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [list]);
}
