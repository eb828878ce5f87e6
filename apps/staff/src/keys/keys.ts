/**
 * The keys of the staff's pages. A key presses the control that names it as its `aria-keyshortcuts`, so that whatever a key
 * does can also be done with a pointer, and nothing happens where the control is missing.
 */

/** The keys of the desk that press a control. `F2` and `F4` lead to the desk from any view. */
const ofControls: ReadonlySet<string> = new Set(['F7', 'F8', 'F9', 'F10']);

export const leadsToDesk = { F2: 'checkOut', F4: 'checkIn' } as const;

const isDeskKey = (key: string): key is keyof typeof leadsToDesk => Object.hasOwn(leadsToDesk, key);

const isElement = (target: EventTarget | null): target is Element => target instanceof Element;

/**
 * Whether a typed character belongs to the focused field. An empty field for scans gives `/` and `?` away, because no card
 * and no copy begins with them.
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

/** What a key press means; null if it is no key of the pages. While a dialog is open, no key is. */
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
