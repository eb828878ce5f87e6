import { useRef } from 'react';

/**
 * The last value that could be read; null if none could. For something that stays on the page while it is read again, so
 * that a short failure takes neither the value nor the outcomes of its acts away.
 */
export function useLastRead<Value>(value: Value | null): Value | null {
  const last = useRef(value);
  last.current = value ?? last.current;
  return last.current;
}
