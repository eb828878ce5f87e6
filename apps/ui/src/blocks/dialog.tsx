import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { LiveRegion } from './announce.tsx';

const fields = ':is(input:not([type=hidden]), select, textarea):enabled';

/**
 * A modal dialog, shown while `open` is true. Its first field takes the focus, so that a scanner can fill it in. Without
 * a field, the heading takes the focus, so that a stray Enter presses no button. Escape and the close button call
 * `onClose`. When the dialog closes, the focus returns to the element that had it before.
 */
export function Dialog({
  open,
  title,
  onClose,
  children,
}: {
  readonly open: boolean;
  readonly title: string;
  onClose(): void;
  readonly children: ReactNode;
}): ReactNode {
  const texts = useTexts(uiTexts);
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  // A layout effect is needed, because a scanner types at once. Its cleanup is needed, because a dialog that is unmounted
  // must also return the focus.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (open && element !== null) {
      element.showModal();
      (element.querySelector<HTMLElement>(fields) ?? heading.current)?.focus();
      return () => element.close();
    }
    return;
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {open && (
        <LiveRegion>
          <header>
            <h2 id={titleId} ref={heading} tabIndex={-1}>
              {title}
            </h2>
            <button type="button" className="button plain close" aria-label={texts.close} onClick={onClose}>
              ×
            </button>
          </header>
          {children}
        </LiveRegion>
      )}
    </dialog>
  );
}
