import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares a secret in a time that says nothing of it, nor of its length. `given`: what a client has sent; text, or nothing. */
export function isSameSecret(expected: string, given: unknown): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(expected), digest(given));
}
