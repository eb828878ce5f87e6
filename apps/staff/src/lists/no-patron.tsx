import { type MissingValue, missingAt } from '@patron-graph/kit';
import { createTexts, Missing, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';

const texts = createTexts({
  noSuchPatron: { en: 'There is no patron of this number.', 'zh-Hant': '沒有此號碼的讀者。' },
});

/** In place of a patron: there is none with this number, or the record could not be read. */
export function NoPatron({ missing }: { readonly missing: readonly MissingValue[] }): ReactNode {
  const { noSuchPatron } = useTexts(texts);
  const at = missingAt(missing, ['patron']);
  return at === undefined ? <p>{noSuchPatron}</p> : <Missing at={at} />;
}
