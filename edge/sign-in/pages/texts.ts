import type { Language } from '../../graph/client.ts';

export const texts = {
  SIGN_IN: { en: 'Sign in', 'zh-Hant': '登入' },
  SIGN_IN_TO: { en: 'Sign in to %s', 'zh-Hant': '登入%s' },
  SIGN_IN_HOW: {
    en: 'With your library card, or with the library card number of your smart identity card.',
    'zh-Hant': '請使用圖書證，或智能身份證的圖書證號碼。',
  },
  CARD_NUMBER: { en: 'Library card number', 'zh-Hant': '圖書證號碼' },
  CARD_NUMBER_HINT: {
    en: '14 digits. For a smart identity card, it is on your library information card.',
    'zh-Hant': '14 位數字。智能身份證的號碼印在圖書館資料卡上。',
  },
  PIN: { en: 'PIN', 'zh-Hant': '密碼' },
  OWN_DEVICE: { en: 'This is my own device', 'zh-Hant': '這是我自己的裝置' },
  OWN_DEVICE_HINT: {
    en: 'If someone else’s wrong PINs lock your card, you can still try once here. Do not choose this on a shared device.',
    'zh-Hant': '如他人輸入錯誤令你的證被鎖定，你仍可在此再試一次。切勿在與他人共用的裝置上選擇此項。',
  },
  NO_PIN: { en: 'No PIN yet, or forgotten?', 'zh-Hant': '未有密碼或忘記密碼？' },
  CANCEL: { en: 'Cancel', 'zh-Hant': '取消' },
  ERROR: { en: 'Error', 'zh-Hant': '錯誤' },
  WRONG: {
    en: 'The number or the PIN is wrong, or the card can’t be used now. After several wrong tries, the card is locked for a while.',
    'zh-Hant': '號碼或密碼不正確，或此證暫時不能使用。多次輸入錯誤後會暫時鎖定。',
  },
  WRONG_STAFF: { en: 'The name or the password is wrong.', 'zh-Hant': '名稱或密碼不正確。' },
  UNAVAILABLE: {
    en: 'The library’s systems do not answer. This was not counted as a wrong try. Please try again in a moment.',
    'zh-Hant': '圖書館系統暫時沒有回應，這次嘗試不會計算在內。請稍後再試。',
  },
  NUMBER_MISSING: { en: 'Enter the library card number.', 'zh-Hant': '請輸入圖書證號碼。' },
  PIN_MISSING: { en: 'Enter the PIN.', 'zh-Hant': '請輸入密碼。' },
  STAFF_SIGN_IN: { en: 'Made-up accounts for the demonstration.', 'zh-Hant': '示範用的虛構帳戶。' },
  STAFF_NAME: { en: 'Name', 'zh-Hant': '名稱' },
  PASSWORD: { en: 'Password', 'zh-Hant': '密碼' },

  CONSENT: { en: 'Allow %s?', 'zh-Hant': '允許%s？' },
  CONSENT_LEARNS: { en: '%s will learn:', 'zh-Hant': '%s會得知：' },
  CONSENT_PSEUDONYM: {
    en: 'a number made only for this service, by which it recognises you. It is not your card number',
    'zh-Hant': '只為此服務編製的編號，用以識別你。它並非你的證件號碼',
  },
  CONSENT_STANDING: {
    en: 'whether you may borrow from the library, now and each time it asks later',
    'zh-Hant': '你現時能否向圖書館借閱；日後每次查詢亦會得知',
  },
  CONSENT_AGE: {
    en: 'your age group: under 11, 11 to 17, or 18 and older',
    'zh-Hant': '你的年齡組別：11 歲以下、11 至 17 歲，或 18 歲及以上',
  },
  CONSENT_OFFLINE: {
    en: 'this also while you are away, for up to 180 days',
    'zh-Hant': '你不在線時亦可查詢，最長 180 天',
  },
  CONSENT_NOT: {
    en: 'It will not learn your name, your card number, your address or what you borrow.',
    'zh-Hant': '它不會得知你的姓名、證件號碼、地址或借閱紀錄。',
  },
  CONSENT_OWN: {
    en: 'your patron number, and what you can see and do at the library',
    'zh-Hant': '你的讀者編號，以及你在圖書館可查閱和辦理的事項',
  },
  CONSENT_REMEMBERED: {
    en: 'Your answer is remembered for a year.',
    'zh-Hant': '你的選擇會保留一年。',
  },
  SIGN_INS: { en: 'Where you are signed in', 'zh-Hant': '你在何處登入' },
  SIGN_INS_CLIENT: { en: 'see where you are signed in', 'zh-Hant': '查看你在何處登入' },
  SESSIONS: { en: 'Browsers', 'zh-Hant': '瀏覽器' },
  SESSIONS_TEXT: {
    en: 'You were signed in on these browsers within the last hour. If one is not yours, sign it out, then set a new PIN. This signs out all other browsers.',
    'zh-Hant':
      '過去一小時內曾以這些瀏覽器登入。如有不屬於你的，請將其登出，然後設定新密碼，其他登入便會全部終止。',
  },
  SIGNED_IN_AT: { en: 'Signed in at %s', 'zh-Hant': '於 %s 登入' },
  THIS_BROWSER: { en: 'this browser', 'zh-Hant': '這個瀏覽器' },
  END_SESSION: { en: 'Sign it out', 'zh-Hant': '將其登出' },
  SESSION_ENDED: { en: 'That browser is signed out.', 'zh-Hant': '該瀏覽器已經登出。' },
  SERVICES: { en: 'Services', 'zh-Hant': '服務' },
  CONSENTS_TEXT: {
    en: 'A service that you allow can learn that you are a reader of the library, whether you may borrow and, if you agreed, your age group. If you withdraw, it learns nothing more and must ask you again.',
    'zh-Hant':
      '你允許的服務可得知你是圖書館讀者、你能否借閱，以及（如你同意）你的年齡組別。撤回後，服務不會再得知任何資料，並須再次徵求你的同意。',
  },
  CONSENTS_NONE: { en: 'You have not allowed any services.', 'zh-Hant': '你沒有允許任何服務。' },
  WITHDRAW: { en: 'Withdraw from %s', 'zh-Hant': '撤回對%s的允許' },
  WITHDRAWN: { en: '%s learns nothing more about you.', 'zh-Hant': '%s不會再得知你的資料。' },
  SIGN_OUT_OF: { en: 'Sign out of %s', 'zh-Hant': '登出%s' },
  SIGNED_OUT_OF: { en: 'You are signed out of %s.', 'zh-Hant': '你已登出%s。' },
  NOT_SIGNED_IN: { en: 'You are not signed in', 'zh-Hant': '你尚未登入' },
  ALLOW: { en: 'Allow', 'zh-Hant': '允許' },
  DENY: { en: 'Do not allow', 'zh-Hant': '不允許' },

  SET_PIN: { en: 'Set a PIN', 'zh-Hant': '設定密碼' },
  SET_PIN_HOW: {
    en: 'Ask for a code at any library counter. Bring your library card or smart identity card. Then use the code to set your PIN here. Staff never see your PIN.',
    'zh-Hant': '請攜帶證件到任何圖書館櫃位索取一次性編碼，然後在此設定密碼。職員不會看到你的密碼。',
  },
  CODE: { en: 'Code from the counter', 'zh-Hant': '櫃位發出的一次性編碼' },
  NEW_PIN: { en: 'New PIN', 'zh-Hant': '新密碼' },
  NEW_PIN_AGAIN: { en: 'New PIN, again', 'zh-Hant': '再次輸入新密碼' },
  CODE_MISSING: { en: 'Enter the code.', 'zh-Hant': '請輸入編碼。' },
  NEW_PIN_MISSING: { en: 'Enter the new PIN.', 'zh-Hant': '請輸入新密碼。' },
  PINS_DIFFER: { en: 'The two new PINs are not the same.', 'zh-Hant': '兩次輸入的新密碼不相同。' },
  WRONG_CODE: {
    en: 'The number or the code is wrong, or the code can no longer be used. Ask for a new one at the counter.',
    'zh-Hant': '號碼或編碼不正確，或編碼已經失效。請到櫃位索取新的編碼。',
  },
  PIN_IS_SET: { en: 'The PIN is set', 'zh-Hant': '密碼已經設定' },
  PIN_IS_SET_TEXT: {
    en: 'From now on you sign in with your library card number and this PIN.',
    'zh-Hant': '由現在起，請以圖書證號碼和這個密碼登入。',
  },

  SIGN_OUT: { en: 'Sign out', 'zh-Hant': '登出' },
  SIGN_OUT_ASK: { en: 'Sign out of the library?', 'zh-Hant': '要登出圖書館嗎？' },
  SIGN_OUT_TEXT: {
    en: 'Services that you signed in to with this browser will ask you to sign in again.',
    'zh-Hant': '你在這個瀏覽器登入的服務，下次需要重新登入。',
  },
  STAY: { en: 'Stay signed in', 'zh-Hant': '保持登入' },
  SIGNED_OUT: { en: 'You are signed out', 'zh-Hant': '你已經登出' },
  SIGNED_OUT_TEXT: { en: 'You can close this page.', 'zh-Hant': '你可以關閉此頁。' },

  FAILED: { en: 'This did not work', 'zh-Hant': '未能完成' },
  FAILED_TEXT: {
    en: 'Go back to the service you came from and start again. If this happens again, tell the service:',
    'zh-Hant': '請返回原來的服務重新開始。如再次發生，請把以下資料告訴該服務：',
  },
  EXPIRED: { en: 'This page has expired', 'zh-Hant': '此頁已經失效' },
  EXPIRED_TEXT: {
    en: 'Go back to the service you came from and start again. Cookies must be allowed.',
    'zh-Hant': '請返回原來的服務重新開始，並容許使用 cookie。',
  },
  TOO_MANY: {
    en: 'Too many people are signing in from your network. Please try again in a minute.',
    'zh-Hant': '你的網絡有太多人同時登入，請一分鐘後再試。',
  },
  NOT_FOUND: { en: 'There is nothing here', 'zh-Hant': '找不到此頁' },
  START_TEXT: {
    en: 'The library’s services and its partners send you here to sign in.',
    'zh-Hant': '圖書館及合作的服務會把你帶到這裏登入。',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

export type TextName = keyof typeof texts;

/** `insert` replaces `%s`. */
export type Say = (name: TextName, insert?: string) => string;

export const sayIn =
  (language: Language): Say =>
  (name, insert = '') =>
    // The replacement is a function, because `$&` in a string would mean the matched text.
    texts[name][language].replace('%s', () => insert);
