import { Button, type ButtonProps, DialogButton } from '@patron-graph/ui';
import type { ReactNode } from 'react';

/** A button whose action the reader must confirm in a dialog. */
export function ConfirmButton({
  label,
  title,
  name = title,
  cancel,
  onConfirm,
  children,
  ...button
}: Pick<ButtonProps, 'kind' | 'busy'> & {
  readonly label: string;
  /** The dialog's title. */
  readonly title: string;
  /** The button's accessible name; by default the title. */
  readonly name?: string;
  /** The text of the button that closes the dialog without the action. */
  readonly cancel: string;
  onConfirm(): void;
  /** The text of the dialog, which the reader should know before the action. */
  readonly children: ReactNode;
}): ReactNode {
  return (
    <DialogButton {...button} label={label} title={title} name={name}>
      {(close) => (
        <>
          {children}
          <div className="actions">
            <Button
              kind="danger"
              onClick={() => {
                close();
                onConfirm();
              }}
            >
              {label}
            </Button>
            <Button onClick={close}>{cancel}</Button>
          </div>
        </>
      )}
    </DialogButton>
  );
}
