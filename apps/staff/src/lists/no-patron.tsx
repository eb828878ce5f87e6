import { type MissingValue, missingAt } from '@patron-graph/kit';
import { createTexts, Missing, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';

const texts = createTexts({
  noSuchPatron: { en: 'There is no patron with this number.', 'zh-Hant': '沒有此號碼的讀者。' },
});

/** A message that no patron has this number, or that the record could not be read. */
export function NoPatron({ missing }: { readonly missing: readonly MissingValue[] }): ReactNode {
  const { noSuchPatron } = useTexts(texts);
  const at = missingAt(missing, ['patron']);
  return at === undefined ? <p>{noSuchPatron}</p> : <Missing at={at} />;
}
