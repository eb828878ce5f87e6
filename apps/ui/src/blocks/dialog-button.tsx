import { type ReactNode, useCallback, useState } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { Dialog } from './dialog.tsx';

/** A button that opens a dialog. The dialog's content starts fresh each time. */
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
  const close = useCallback(() => setOpen(false), []);
  return (
    <>
      <Button {...button} aria-label={name} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} title={title} onClose={close}>
        {children(close)}
      </Dialog>
    </>
  );
}
