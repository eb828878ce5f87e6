import { type ReactNode, useCallback, useState } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { Dialog } from './dialog.tsx';

/** A button that opens a dialog. Its content starts fresh each time. */
export function DialogButton({
  label,
  title = label,
  children,
  ...button
}: Pick<ButtonProps, 'kind' | 'busy'> & {
  readonly label: string;
  /**
   * The title of the dialog, and the accessible name of the button: it begins with the label, and tells the button from others
   * with the same label.
   */
  readonly title?: string;
  children(close: () => void): ReactNode;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  return (
    <>
      <Button {...button} aria-label={title} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} title={title} onClose={close}>
        {children(close)}
      </Dialog>
    </>
  );
}
