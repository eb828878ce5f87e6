import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';

/** A modal dialog while `open`. Escape and the close button call `onClose`; afterwards the focus returns to where it was. */
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
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (open && element !== null) {
      element.showModal();
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
        <>
          <header>
            <h2 id={titleId}>{title}</h2>
            <button type="button" className="button plain close" aria-label={texts.close} onClick={onClose}>
              ×
            </button>
          </header>
          {children}
        </>
      )}
    </dialog>
  );
}
