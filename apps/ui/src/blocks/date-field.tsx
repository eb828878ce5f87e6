import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { formatDayInWords } from '../language/format.ts';
import { useLanguage, useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { isDay, readDate } from '../scanning/numbers.ts';
import { Field, type FieldProps } from './field.tsx';

/**
 * A field for a day. The day is typed as text (`readDate`), and shown in words before it is sent. The value is a `Date`
 * of the graph, such as `2020-12-01`, or the typed text if that is no day (`isDay`). The browser doesn't submit a form
 * with such a text.
 */
export function DateField({
  value,
  onChange,
  hint,
  error,
  ...rest
}: Omit<FieldProps, 'ref' | 'type' | 'inputMode' | 'maxLength' | 'onBlur'>): ReactNode {
  const texts = useTexts(uiTexts);
  const { language } = useLanguage();
  const [typed, setTyped] = useState(value);
  const [wasLeft, setLeft] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const text = readDate(typed) === value || typed.trim() === value ? typed : value;
  const isWrong = value !== '' && !isDay(value);
  useLayoutEffect(() => input.current?.setCustomValidity(isWrong ? texts.noDay : ''), [isWrong, texts.noDay]);
  return (
    <Field
      {...rest}
      ref={input}
      value={text}
      inputMode="numeric"
      maxLength={20}
      hint={
        isDay(value) ? formatDayInWords(value, language) : [hint, texts.dayHint].filter(Boolean).join('. ')
      }
      error={isWrong && (wasLeft || error !== undefined) ? texts.noDay : error}
      onChange={(next) => {
        setTyped(next);
        setLeft(false);
        onChange(readDate(next) ?? next.trim());
      }}
      onBlur={() => setLeft(true)}
    />
  );
}
