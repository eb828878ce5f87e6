import type { FollowStatus } from '@patron-graph/kit';
import { type ReactNode, useEffect, useState } from 'react';
import { createTexts, useTexts } from '../../language/language.tsx';
import { Notice } from '../../states/notice.tsx';

const texts = createTexts({
  lost: {
    en: 'The connection is lost. This page may be out of date; it catches up by itself.',
    'zh-Hant': '連線中斷，此頁資料可能已過時；恢復連線後會自動更新。',
  },
  catchingUp: { en: 'Connected again. Catching up…', 'zh-Hant': '已恢復連線，正在更新……' },
});

/** The time after which a lost connection is shown, in ms. A shorter loss is not shown. */
const unseenMs = 2_000;

/** Shows that the page has lost its connection, and then that it catches up, until the page is up to date. */
export function LiveNotice({ status }: { readonly status: FollowStatus }): ReactNode {
  const { lost, catchingUp } = useTexts(texts);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (status === 'catching up') {
      return;
    }
    const timer = setTimeout(() => setLost(status === 'lost'), status === 'lost' ? unseenMs : 0);
    return () => clearTimeout(timer);
  }, [status]);
  return isLost ? <Notice tone="warning">{status === 'lost' ? lost : catchingUp}</Notice> : null;
}
