import { type RefObject, useEffect } from 'react';

/**
 * Gives the focus to the view where the element that had it is taken away, as the button of a row that is gone. Otherwise whoever uses
 * a keyboard starts again at the top of the page. What tells of an act takes the focus before (`OutcomeRegion`).
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
