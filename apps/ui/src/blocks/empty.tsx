import type { ReactNode } from 'react';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';

/** The text that replaces an empty list. */
export function Empty({ children }: { readonly children?: ReactNode }): ReactNode {
  const texts = useTexts(uiTexts);
  return <p className="empty">{children ?? texts.empty}</p>;
}
