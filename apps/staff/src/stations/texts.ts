import { createTexts } from '@patron-graph/ui';
import type { TerminalProblem } from './enrolments.ts';

export const stationTexts = createTexts({
  title: { en: 'Stations', 'zh-Hant': '自助服務站' },
  intro: {
    en: 'A machine becomes a self-service station with a code. It then lends by the card that is shown to it, takes items back, and renews with a PIN.',
    'zh-Hant': '機器以登記編碼登記後成為自助服務站，可憑出示的證件借閱、歸還館藏，以及憑密碼續借。',
  },
  newStation: { en: 'A new station', 'zh-Hant': '新增自助服務站' },
  name: { en: 'Name', 'zh-Hant': '名稱' },
  nameHint: {
    en: 'As readers see it, such as “Ground floor 2”.',
    'zh-Hant': '向讀者顯示，例如「地下 2 號」。',
  },
  branch: { en: 'Branch', 'zh-Hant': '分館' },
  makeCode: { en: 'Make a code', 'zh-Hant': '製作編碼' },
  nameMissing: { en: 'Enter a name.', 'zh-Hant': '請輸入名稱。' },
  branchMissing: { en: 'Choose a branch.', 'zh-Hant': '請選擇分館。' },
  code: { en: 'The code', 'zh-Hant': '登記編碼' },
  codeOnce: {
    en: 'It is shown this once. Open the station’s page on the machine, and enter the code there.',
    'zh-Hant': '編碼只顯示這一次。請在該機開啟自助服務頁面，並輸入此編碼。',
  },
  goodUntil: {
    en: (time: string) => `Valid until ${time}, for one use.`,
    'zh-Hant': (time: string) => `有效至 ${time}，只可使用一次。`,
  },
  print: { en: 'Print', 'zh-Hant': '列印' },
  list: { en: 'Enrolled stations', 'zh-Hant': '已登記的自助服務站' },
  none: { en: 'No station is enrolled yet.', 'zh-Hant': '尚未登記自助服務站。' },
  id: { en: 'Client', 'zh-Hant': '用戶端' },
  enrolled: { en: 'Enrolled', 'zh-Hant': '登記' },
  by: { en: (name: string) => `by ${name}`, 'zh-Hant': (name: string) => `由 ${name} 登記` },
  lastSeen: { en: 'Last seen', 'zh-Hant': '最後使用' },
  never: { en: 'Not yet', 'zh-Hant': '尚未使用' },
  state: { en: 'Status', 'zh-Hant': '狀態' },
  revoked: { en: 'Revoked', 'zh-Hant': '已撤銷' },
  revoke: { en: 'Revoke', 'zh-Hant': '撤銷' },
  revokeNamed: { en: (name: string) => `Revoke ${name}`, 'zh-Hant': (name: string) => `撤銷 ${name}` },
  revokeTitle: { en: (name: string) => `Revoke ${name}?`, 'zh-Hant': (name: string) => `撤銷「${name}」？` },
  revokeText: {
    en: 'It stops at once, even while a reader uses it. To use the machine again, make a new code.',
    'zh-Hant': '該機會立即停止服務，包括正在使用的讀者。如要再次使用，須有新的登記編碼。',
  },
  keep: { en: 'Keep it', 'zh-Hant': '保留' },
  notAllowed: {
    en: 'Enrolling stations takes the right to lend (circulation:write), which you do not have.',
    'zh-Hant': '登記自助服務站須有借閱處理權限（circulation:write），你沒有此權限。',
  },
  tooMany: {
    en: 'The limit of unused codes is reached. Try again in 10 minutes.',
    'zh-Hant': '待用的登記編碼已達上限，請於10 分鐘後再試。',
  },
  failed: {
    en: 'The library’s systems do not answer. Please try again in a moment.',
    'zh-Hant': '圖書館系統暫時沒有回應，請稍後再試。',
  },
  notServed: {
    en: 'This server has no stations. docs/guides/stations.md says how they are set up.',
    'zh-Hant': '此伺服器未設自助服務站。設定方法見 docs/guides/stations.md。',
  },
  tryAgain: { en: 'Try again', 'zh-Hant': '再試' },
  terminals: { en: 'Machines that speak SIP2', 'zh-Hant': '使用 SIP2 的機器' },
  terminalsIntro: {
    en: 'They are listed in a file of the server. A new one, or one that is taken out, counts within seconds.',
    'zh-Hant': '這些機器列於伺服器的檔案內，新增或移除後數秒內生效。',
  },
  connected: { en: 'Connected', 'zh-Hant': '已連線' },
  notConnected: { en: 'Not connected', 'zh-Hant': '未連線' },
});

export const problemTexts = createTexts({
  BLANK_DATES: { en: 'It sends no dates: set its clock.', 'zh-Hant': '沒有傳送日期，請設定其時鐘。' },
  CLOCK_STANDS_STILL: { en: 'Its clock stands still: set it.', 'zh-Hant': '時鐘停頓，請重新設定。' },
  WRONG_LOGIN: {
    en: 'Its password is wrong, or it connects from another place.',
    'zh-Hant': '密碼不正確，或從其他位置連線。',
  },
  TOO_MANY_CONNECTIONS: { en: 'It opens too many connections.', 'zh-Hant': '連線過多。' },
} satisfies Readonly<Record<TerminalProblem, object>>);
