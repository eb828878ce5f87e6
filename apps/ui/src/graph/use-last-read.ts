import { useRef } from 'react';

/**
 * The last value that could be read; null if none could. Use it for a value that is read again and again. If one
 * reading fails, the value and the outcomes that are shown beside it stay on the page.
 */
export function useLastRead<Value>(value: Value | null): Value | null {
  const last = useRef(value);
  last.current = value ?? last.current;
  return last.current;
}
