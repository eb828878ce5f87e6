import { describe, expect, test } from 'vitest';
import { html } from '../../../../edge/server/html.ts';
import { chooseLanguage } from '../../../../edge/sign-in/pages/language.ts';
import { sayIn, type TextName, texts } from '../../../../edge/sign-in/pages/texts.ts';

describe('HTML', () => {
  test('of text is escaped, of HTML is not, and null is nothing', () => {
    const inner = html`<b>${'<i> & "\'"'}</b>`;
    expect(html`<p title="${'"'}">${inner}${null}${[html`1`, html`2`]}${3}</p>`.text).toBe(
      '<p title="&quot;"><b>&lt;i&gt; &amp; &quot;&#39;&quot;</b>123</p>',
    );
  });
});

describe('the language', () => {
  const choose = (cookies?: string, uiLocales?: string, acceptLanguage?: string) =>
    chooseLanguage({ cookies, uiLocales, acceptLanguage });

  test.each([
    ['nothing is said', undefined, undefined, undefined, 'en'],
    ['the browser prefers Chinese', undefined, undefined, 'zh-TW,zh;q=0.9,en;q=0.8', 'zh-Hant'],
    ['the browser prefers English', undefined, undefined, 'fr,en;q=0.9,zh;q=0.8', 'en'],
    ['the order is by quality', undefined, undefined, 'en;q=0.1, zh-HK;q=0.7', 'zh-Hant'],
    ['Chinese is refused', undefined, undefined, 'zh;q=0, de', 'en'],
    ['the service asks for it', undefined, 'zh-HK en', 'en', 'zh-Hant'],
    ['the reader has chosen', 'a=b; sign-in-language=en', 'zh', 'zh', 'en'],
    ['a cookie is nonsense', 'sign-in-language=xx', undefined, 'zh', 'zh-Hant'],
    ['another cookie ends alike', 'my-sign-in-language=zh-Hant', undefined, 'en', 'en'],
  ] as const)('%s', (_, cookies, uiLocales, acceptLanguage, language) => {
    expect(choose(cookies, uiLocales, acceptLanguage)).toBe(language);
  });
});

describe('each text', () => {
  test.each(Object.keys(texts) as TextName[])(
    '%s has a place for what is inserted in both languages, or in none',
    (name) => {
      const [english, chinese] = [sayIn('en')(name, '$&'), sayIn('zh-Hant')(name, '$&')];
      expect(english.includes('$&')).toBe(chinese.includes('$&'));
      expect(english + chinese).not.toContain('%s');
      expect(chinese).toMatch(/\p{Script=Han}/u);
    },
  );
});
