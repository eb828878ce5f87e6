import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { type Draft, drafts, useDraft } from '../drafts/drafts.ts';
import { Button, type ButtonProps } from './button.tsx';
import { Dialog } from './dialog.tsx';

/** The name of the open dialog's draft. */
const DraftName = createContext('');

/**
 * Keeps what was typed into the form of a dialog, as a draft. If the session ends while the dialog is open, the next
 * dialog with the same title at the same address begins with the draft.
 */
export const useDialogDraft = <Form extends object>(initial: Form): Draft<Form> =>
  useDraft(useContext(DraftName), initial);

/**
 * A button that opens a dialog. The dialog's content starts fresh each time, unless the session ended while the dialog
 * was open (`useDialogDraft`).
 */
export function DialogButton({
  label,
  title = label,
  name = title,
  children,
  ...button
}: Pick<ButtonProps, 'kind' | 'busy' | 'aria-keyshortcuts'> & {
  readonly label: string;
  /** The dialog's title. The default is the label. */
  readonly title?: string;
  /**
   * The button's accessible name. The default is the title. The name must begin with the label, and must differ from
   * the names of other buttons.
   */
  readonly name?: string;
  children(close: () => void): ReactNode;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const draft = `${window.location.pathname} ${title}`;
  const close = useCallback(() => {
    drafts.drop(draft);
    setOpen(false);
  }, [draft]);
  return (
    <>
      <Button {...button} aria-label={name} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} title={title} onClose={close}>
        <DraftName value={draft}>{children(close)}</DraftName>
      </Dialog>
    </>
  );
}
