import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { DialogButton } from './dialog-button.tsx';

/** A button whose action must be confirmed in a dialog, because it can't be undone. */
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
  /** The text of the dialog, which the person should know before the action. */
  readonly children: ReactNode;
}): ReactNode {
  return (
    <DialogButton {...button} label={label} title={title} name={name}>
      {(close) => (
        <>
          {children}
          <div className="actions">
            <Button
              kind="sure"
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
