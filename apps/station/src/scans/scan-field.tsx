import { Button, Field, Form, readNumber } from '@patron-graph/ui';
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';

/**
 * The field for the scanner, which types a number and Enter. The field has the focus at first. Later, it also takes
 * keys that are typed while no other text field has the focus.
 */
export function ScanField({
  label,
  hint,
  error,
  action,
  disabled = false,
  isMain = false,
  onScan,
}: {
  readonly label: string;
  readonly hint: string;
  readonly error?: string | undefined;
  /** The text of the button, for people who type the number. */
  readonly action: string;
  readonly disabled?: boolean;
  /** Whether the button is the main one of the screen. */
  readonly isMain?: boolean;
  /** Called with each number that is not empty. */
  onScan(number: string): void;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  useTypingAnywhere(input, disabled);
  const submit = () => {
    // The number comes from the element itself, because a scanner may type faster than React renders.
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
      <Button type="submit" kind={isMain ? 'primary' : 'plain'} disabled={disabled}>
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
  // A layout effect is needed, because a fast scanner would lose digits between rendering and a later effect.
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
        // The focus moves before the key is typed, so that the key goes into this field.
        input.current?.focus();
      }
    };
    window.addEventListener('keydown', typed, { capture: true });
    return () => window.removeEventListener('keydown', typed, { capture: true });
  }, [input, disabled]);
}
