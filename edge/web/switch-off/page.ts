/**
 * The page that the unsubscribe link in a mail opens. The page is in both languages, because the person is not signed
 * in. The page contains no script, no style and no text from the request.
 */

/** The content of the page: a question, or the result of using the link. */
export type SwitchOffOutcome = 'ask' | 'done' | 'invalid' | 'unavailable';

export const switchOffTexts: Readonly<
  Record<SwitchOffOutcome, { readonly en: string; readonly 'zh-Hant': string }>
> = {
  ask: {
    en: 'Do you want no more notices of this kind?',
    'zh-Hant': '是否不再接收此類通知？',
  },
  done: {
    en: 'You get no more notices of this kind.',
    'zh-Hant': '你不會再收到此類通知。',
  },
  invalid: {
    en: 'This link is incomplete, or not from the library. Nothing was changed.',
    'zh-Hant': '此連結不完整，或並非由圖書館發出。設定沒有更改。',
  },
  unavailable: {
    en: 'This cannot be done at present. Try again in some minutes.',
    'zh-Hant': '現時未能辦理。請於數分鐘後再試。',
  },
};

// The form has no `action`, so the browser sends it to the URL of the page, which contains the parameter `link`.
const form =
  '<form method="post"><button type="submit"><span lang="zh-Hant">不再接收</span> / Switch off</button></form>\n';

/** A whole HTML document. `accountPath` leads to the reader's own page, where notices are switched on again. */
export const switchOffPage = (outcome: SwitchOffOutcome, accountPath: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Notices / 通知</title>
</head>
<body>
<main>
<h1>Notices / <span lang="zh-Hant">通知</span></h1>
<p lang="zh-Hant">${switchOffTexts[outcome]['zh-Hant']}</p>
<p>${switchOffTexts[outcome].en}</p>
${outcome === 'ask' ? form : ''}<p><a href="${accountPath}"><span lang="zh-Hant">我的圖書館</span> / My Library</a></p>
</main>
</body>
</html>
`;
