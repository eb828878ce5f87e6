import { type RefObject, useEffect } from 'react';

/**
 * Moves the focus to the view when the focused element is removed, for example with its row. Keyboard users then don't
 * start again at the top of the page. If there is an `OutcomeRegion`, the region takes the focus first.
 */
export function useKeptFocus(view: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = view.current;
    if (element === null) {
      return;
    }
    let last: EventTarget | null = null;
    const note = ({ target }: FocusEvent) => {
      last = target;
    };
    const observer = new MutationObserver(() => {
      const isGone = last instanceof Element && !last.isConnected;
      if (isGone && document.activeElement === document.body) {
        element.focus({ preventScroll: true });
      }
    });
    element.addEventListener('focusin', note);
    observer.observe(element, { childList: true, subtree: true });
    return () => {
      element.removeEventListener('focusin', note);
      observer.disconnect();
    };
  }, [view]);
}
