import { hash, timingSafeEqual } from 'node:crypto';

/** Compares secrets of any length in constant time. `given` is the value that a client sent. */
export function isSameSecret(expected: string, given: unknown): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return typeof given === 'string' && timingSafeEqual(digest(expected), digest(given));
}
