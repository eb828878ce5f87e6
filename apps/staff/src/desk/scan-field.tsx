import { Button, Form, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import type { Desk } from './desk.ts';
import type { Mode } from './desk-store.ts';
import { deskTexts } from './texts.ts';

/** While a dialog is open, Escape closes the dialog and must not end the session, wherever the focus is. */
const isDialogOpen = () => document.querySelector('dialog[open]') !== null;

/** Whether an element itself handles typed keys. */
const takesKeys = (target: EventTarget | null) =>
  target instanceof Element &&
  target.closest('input:not([type="radio"], [type="checkbox"]), select, textarea') !== null;

/**
 * The field for all scans, and for keys that are typed elsewhere on the desk. Its value is read from the element,
 * because a scanner may type faster than React renders.
 */
export function ScanField({
  desk,
  mode,
  awaitsDate,
}: {
  readonly desk: Desk;
  readonly mode: Mode;
  readonly awaitsDate: boolean;
}): ReactNode {
  const texts = useTexts(deskTexts);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    const onKey = ({ key, altKey, ctrlKey, metaKey, target }: KeyboardEvent) => {
      const input = field.current;
      if (input === null || altKey || ctrlKey || metaKey || isDialogOpen()) {
        return;
      }
      if (key === 'Escape' && target !== input && takesKeys(target)) {
        return;
      }
      if (key === 'Escape' && input.value === '') {
        desk.endSession();
      } else if (key === 'Escape') {
        input.value = '';
      } else if (/^[0-9A-Za-z]$/.test(key) && !takesKeys(target)) {
        // The focus moves before the key is typed, so that the key goes into this field.
        input.focus();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [desk]);
  const take = () => {
    const input = field.current;
    const text = input?.value.trim() ?? '';
    if (input !== null && text !== '') {
      input.value = '';
      desk.scan(text);
    }
    input?.focus();
  };
  return (
    <Form className="row" onSubmit={take}>
      <div className="field">
        <label htmlFor={id}>{mode === 'checkOut' ? texts.scan : texts.scanCopies}</label>
        <span className="hint" id={`${id}-hint`}>
          {awaitsDate ? texts.awaitsDate : texts.scanHint}
        </span>
        <input
          ref={field}
          id={id}
          className="scan"
          aria-describedby={`${id}-hint`}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={100}
        />
      </div>
      <Button type="submit">{texts.enter}</Button>
    </Form>
  );
}
