import type { Language } from './language.ts';
import type { SignedIn } from './library.ts';

/** A message that is shown once, after an action. */
export type Notice = keyof typeof notices;

export interface PageOptions {
  readonly language: Language;
  readonly notice: Notice | null;
  /** Null if nobody is signed in. */
  readonly signedIn: { readonly signedIn: SignedIn; readonly checkedAt: Date } | null;
}

const notices = {
  declined: {
    en: 'You did not allow the library to tell us anything, so you are not signed in.',
    'zh-Hant': '你不同意圖書館把資料告知我們，因此尚未登入。',
  },
  over: { en: 'Your sign-in is over. Please sign in again.', 'zh-Hant': '你的登入已結束，請重新登入。' },
  unavailable: {
    en: 'The library can’t be reached just now. Please try again in a minute.',
    'zh-Hant': '暫時無法連接圖書館，請稍後再試。',
  },
  signedOut: { en: 'You are signed out.', 'zh-Hant': '你已登出。' },
} as const;

const texts = {
  title: { en: 'Demonstration E-books', 'zh-Hant': '示範電子書' },
  invitation: {
    en: 'Borrow e-books with your library card. You sign in at the library: we never see your card number or your PIN.',
    'zh-Hant': '用圖書證借閱電子書。登入在圖書館的網頁進行，我們不會看到你的圖書證號碼或密碼。',
  },
  signIn: { en: 'Sign in at the library', 'zh-Hant': '在圖書館登入' },
  known: { en: 'All that we know of you', 'zh-Hant': '我們對你的全部所知' },
  pseudonym: { en: 'Your name here', 'zh-Hant': '你在這裏的代號' },
  standing: { en: 'With the library', 'zh-Hant': '圖書館借閱資格' },
  good: { en: 'In good standing: you may borrow.', 'zh-Hant': '良好：可以借閱。' },
  not_good: {
    en: 'Not in good standing: what you have stays, and you can borrow nothing new. Please ask the library.',
    'zh-Hant': '未符合資格：已借的可以保留，但不能借新的。請向圖書館查詢。',
  },
  asked: { en: 'The library said so at', 'zh-Hant': '圖書館告知時間' },
  askAgain: { en: 'Ask the library again', 'zh-Hant': '再次向圖書館查詢' },
  lost: {
    en: 'The connection is lost. This page may show an old standing, and catches up by itself.',
    'zh-Hant': '連線中斷：此頁可能顯示舊資料，恢復連線後會自動更新。',
  },
  signOut: { en: 'Sign out', 'zh-Hant': '登出' },
  otherLanguage: { en: '繁體中文', 'zh-Hant': 'English' },
} as const;

export const isNotice = (text: string): text is Notice => Object.hasOwn(notices, text);

/**
 * The only page. It contains nothing from a request: its texts are constants, and a pseudonym contains only letters,
 * digits, `-` and `_`.
 */
export function page({ language, notice, signedIn }: PageOptions): string {
  const say = (name: keyof typeof texts): string => texts[name][language];
  const other: Language = language === 'en' ? 'zh-Hant' : 'en';
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${say('title')}</title>
<link rel="stylesheet" href="/style.css">
${signedIn === null ? '' : '<script src="/live.js" defer></script>'}
</head>
<body data-standing="${signedIn?.signedIn.reader.standing ?? ''}">
<header><a href="/language/${other}" lang="${other}" hreflang="${other}">${say('otherLanguage')}</a></header>
<main>
<h1>${say('title')}</h1>
${notice === null ? '' : `<p class="notice" role="status">${notices[notice][language]}</p>`}
${signedIn === null ? invitation(say) : account(say, language, signedIn)}
<p class="lost" id="lost" role="status" hidden>${say('lost')}</p>
</main>
</body>
</html>
`;
}

type Say = (name: keyof typeof texts) => string;

const invitation = (say: Say): string => `<p>${say('invitation')}</p>
<p><a class="button" href="/sign-in">${say('signIn')}</a></p>`;

function account(
  say: Say,
  language: Language,
  { signedIn: { reader }, checkedAt }: NonNullable<PageOptions['signedIn']>,
): string {
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium', timeZone: 'Asia/Hong_Kong' });
  return `<h2>${say('known')}</h2>
<dl>
<dt>${say('pseudonym')}</dt><dd><code>${escaped(reader.pseudonym)}</code></dd>
<dt>${say('standing')}</dt><dd class="${reader.standing}">${say(reader.standing)}</dd>
<dt>${say('asked')}</dt><dd>${time.format(checkedAt)}</dd>
</dl>
<form method="post" action="/standing"><button>${say('askAgain')}</button></form>
<form method="post" action="/sign-out"><button class="second">${say('signOut')}</button></form>`;
}

/**
 * Escapes all characters except letters, digits, `_` and `-`. The library's pseudonyms have no others, but another
 * issuer may send them.
 */
const escaped = (text: string): string =>
  text.replaceAll(/[^\w-]/g, (letter) => `&#${letter.codePointAt(0)};`);

export const styleSheet = `
:root { color-scheme: light dark; --text: #1f1b2e; --paper: #fffdf8; --quiet: #5d5870; --line: #8b859e; --accent: #5b2a86;
  --on-accent: #ffffff; --good: #0b5d2e; --wrong: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --text: #f1eef8; --paper: #17141f; --quiet: #b9b3c9; --line: #8b859e;
  --accent: #cfa8f5; --on-accent: #24103a; --good: #7fdc9f; --wrong: #ff9a94; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 34rem; padding: 1rem; background: var(--paper); color: var(--text);
  font: 1.0625rem/1.55 system-ui, "Noto Sans TC", sans-serif; }
header { text-align: end; }
h1 { font-size: 1.8rem; line-height: 1.2; }
h2 { font-size: 1.2rem; }
a { color: var(--accent); }
a.button, button { display: inline-block; font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.25rem;
  border: 2px solid var(--accent); border-radius: .3rem; background: var(--accent); color: var(--on-accent); text-decoration: none;
  cursor: pointer; }
button.second { background: transparent; color: var(--accent); }
form { display: inline-block; margin: 0 .5rem .5rem 0; }
.notice, .lost { border: 2px solid var(--line); border-radius: .3rem; padding: .5rem 1rem; }
dt { color: var(--quiet); }
dd { margin: 0 0 1rem; }
code { overflow-wrap: anywhere; font-size: 1rem; }
.good { color: var(--good); }
.not_good { color: var(--wrong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
`;

/**
 * The page's script. It loads the page again when the standing changes. The server sends the standing every 12 s, even
 * if it has not changed. So a connection that is silent for 30 s is lost.
 */
export const script = `
const lost = document.getElementById('lost');
let events;
let heardAt;
function open() {
  events?.close();
  heardAt = Date.now();
  events = new EventSource('/live');
  events.onmessage = ({ data }) => {
    heardAt = Date.now();
    lost.hidden = true;
    if (data !== document.body.dataset.standing) {
      events.close();
      location.reload();
    }
  };
  events.onerror = () => {
    lost.hidden = false;
  };
}
open();
const watch = setInterval(() => {
  if (Date.now() - heardAt > 30000) {
    lost.hidden = false;
    open();
  }
}, 5000);
addEventListener('online', open);
addEventListener('offline', () => {
  events.close();
  lost.hidden = false;
});
// Each button leads to a new page. So this page closes its stream, and no longer checks whether the stream is silent.
document.addEventListener('submit', () => {
  clearInterval(watch);
  events.close();
});
`;
