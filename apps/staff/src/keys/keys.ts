/**
 * The keys of the staff's pages. `F2` and `F4` lead to the desk. Each other key presses or focuses the control whose
 * `aria-keyshortcuts` is the key, and does nothing if the control is missing. So everything that a key does can also be
 * done with a pointer.
 */

/** The keys that press a control of the desk. */
const ofControls: ReadonlySet<string> = new Set(['F7', 'F8', 'F9', 'F10']);

export const leadsToDesk = { F2: 'checkOut', F4: 'checkIn' } as const;

const isDeskKey = (key: string): key is keyof typeof leadsToDesk => Object.hasOwn(leadsToDesk, key);

const isElement = (target: EventTarget | null): target is Element => target instanceof Element;

/**
 * Whether a typed character belongs to the focused field. In an empty field for scans, `/` and `?` are keys of the page.
 * No number of a card or copy begins with these characters.
 */
const isTyping = (target: EventTarget | null): boolean =>
  isElement(target) &&
  target.matches('input:not([type="radio"], [type="checkbox"]), select, textarea') &&
  !(target instanceof HTMLInputElement && target.matches('.scan') && target.value === '');

const isPlain = ({ altKey, ctrlKey, metaKey }: KeyboardEvent): boolean => !altKey && !ctrlKey && !metaKey;

export type KeyPress =
  | { readonly kind: 'find' }
  | { readonly kind: 'sheet' }
  | { readonly kind: 'desk'; readonly key: keyof typeof leadsToDesk }
  | { readonly kind: 'control'; readonly key: string };

/** The meaning of a key press. Null if the key has no meaning here, or while a dialog is open. */
export function readKey(event: KeyboardEvent): KeyPress | null {
  const { key, target } = event;
  if (!isPlain(event) || document.querySelector('dialog[open]') !== null) {
    return null;
  }
  if (key === '/' || key === '?') {
    return isTyping(target) ? null : { kind: key === '/' ? 'find' : 'sheet' };
  }
  if (isDeskKey(key)) {
    return { kind: 'desk', key };
  }
  return ofControls.has(key) ? { kind: 'control', key } : null;
}

/** Presses the first control that has this key. */
export function pressControl(key: string): void {
  document.querySelector<HTMLElement>(`[aria-keyshortcuts="${key}"]`)?.click();
}
