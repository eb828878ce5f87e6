import { Button, Field, Form, readNumber } from '@patron-graph/ui';
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';

/**
 * The field that a scanner types into: a number, and Enter. It has the focus first, and takes what is typed while nothing else
 * that takes text has the focus: a scanner knows nothing of focus.
 */
export function ScanField({
  label,
  hint,
  error,
  action,
  disabled = false,
  onScan,
}: {
  readonly label: string;
  readonly hint: string;
  readonly error?: string | undefined;
  /** What the button says, for those who type. */
  readonly action: string;
  readonly disabled?: boolean;
  /** Told of each number that is not empty. */
  onScan(number: string): void;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  useTypingAnywhere(input, disabled);
  const submit = () => {
    // What the element has: the scanner may be faster than the page is drawn.
    const number = readNumber(input.current?.value ?? '');
    setText('');
    if (number !== '' && !disabled) {
      onScan(number);
    }
  };
  return (
    <Form className="scan" onSubmit={submit} noValidate>
      <Field
        ref={input}
        className="scan-field"
        {...{ label, hint, error, disabled }}
        inputMode="numeric"
        maxLength={40}
        spellCheck={false}
        value={text}
        onChange={setText}
      />
      <Button type="submit" kind="primary" disabled={disabled}>
        {action}
      </Button>
    </Form>
  );
}

const takesText = (element: Element | null): boolean =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLTextAreaElement ||
  element instanceof HTMLSelectElement;

function useTypingAnywhere(input: RefObject<HTMLInputElement | null>, disabled: boolean): void {
  // With the drawing and not some time after it: between the two a fast scanner loses digits.
  useLayoutEffect(() => {
    if (disabled) {
      return;
    }
    if (!takesText(document.activeElement)) {
      input.current?.focus();
    }
    const typed = ({ key, ctrlKey, altKey, metaKey }: KeyboardEvent) => {
      const isText = key.length === 1 && key !== ' ' && !ctrlKey && !altKey && !metaKey;
      if (isText && !takesText(document.activeElement)) {
        // Before the letter arrives, so that it arrives here.
        input.current?.focus();
      }
    };
    window.addEventListener('keydown', typed, { capture: true });
    return () => window.removeEventListener('keydown', typed, { capture: true });
  }, [input, disabled]);
}
