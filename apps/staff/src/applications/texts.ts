import { createTexts } from '@patron-graph/ui';

const applications = (count: number) => (count === 1 ? '1 application' : `${count} applications`);

/** The texts of the queue and of decisions about several applications. */
export const queueTexts = createTexts({
  title: { en: 'Applications', 'zh-Hant': '申請' },
  status: { en: 'Status', 'zh-Hant': '狀態' },
  anyStatus: { en: 'All', 'zh-Hant': '全部' },
  OLDEST_FIRST: { en: 'Oldest first', 'zh-Hant': '最舊的排先' },
  NEWEST_FIRST: { en: 'Newest first', 'zh-Hant': '最新的排先' },
  channel: { en: 'Received', 'zh-Hant': '途徑' },
  anyChannel: { en: 'All', 'zh-Hant': '全部' },
  none: { en: 'No applications.', 'zh-Hant': '沒有申請。' },
  chooseOne: { en: (id: string) => `Choose ${id}`, 'zh-Hant': (id: string) => `選取 ${id}` },
  application: { en: 'Application', 'zh-Hant': '申請編號' },
  applicant: { en: 'Applicant', 'zh-Hant': '申請人' },
  wants: { en: 'Applies for', 'zh-Hant': '申請證件' },
  submitted: { en: 'Received on', 'zh-Hant': '收件時間' },
  patron: { en: 'Patron', 'zh-Hant': '讀者' },
  inTheWay: { en: 'Problems', 'zh-Hant': '未符合' },
  sameDocument: { en: 'Same document', 'zh-Hant': '同一文件' },
  withOthers: {
    en: (ids: string) => `also ${ids}`,
    'zh-Hant': (ids: string) => `另有 ${ids}`,
  },
  keptBack: {
    en: (count: number) => `${count} more kept back`,
    'zh-Hant': (count: number) => `另有 ${count} 份待處理`,
  },
  chooseGroup: { en: 'Choose them all', 'zh-Hant': '全部選取' },
  chosen: {
    en: (count: number) => `${applications(count)} chosen`,
    'zh-Hant': (count: number) => `已選 ${count} 份申請`,
  },
  approve: { en: 'Approve…', 'zh-Hant': '批准…' },
  reject: { en: 'Reject…', 'zh-Hant': '拒絕…' },
  chooseAll: {
    en: (count: number) => `Choose all ${count} on this page`,
    'zh-Hant': (count: number) => `選取本頁全部 ${count} 份`,
  },
  clear: { en: 'Choose none', 'zh-Hant': '取消選取' },
  approveTitle: {
    en: (count: number) => `Approve ${applications(count)}`,
    'zh-Hant': (count: number) => `批准 ${count} 份申請`,
  },
  rejectTitle: {
    en: (count: number) => `Reject ${applications(count)}`,
    'zh-Hant': (count: number) => `拒絕 ${count} 份申請`,
  },
  approveHint: {
    en: 'Each is decided by itself: cards are issued for those that can be approved, and the others stay as they are.',
    'zh-Hant': '每份申請會分別審批：符合條件的會發證，其餘維持不變。',
  },
  outcomes: { en: 'Outcomes', 'zh-Hant': '結果' },
  outcome: { en: 'Outcome', 'zh-Hant': '結果' },
  why: { en: 'Why', 'zh-Hant': '原因' },
  waiting: { en: 'Waits', 'zh-Hant': '等候' },
  sending: { en: 'Under way', 'zh-Hant': '處理中' },
  failed: { en: 'No answer', 'zh-Hant': '沒有回應' },
  failedHint: {
    en: 'It may have been decided: open it to see.',
    'zh-Hant': '可能已完成審批，請開啟申請查看。',
  },
  progress: {
    en: (done: number, all: number) => `${done} of ${all} decided`,
    'zh-Hant': (done: number, all: number) => `已處理 ${done} / ${all}`,
  },
  inBatches: {
    en: (size: number, count: number) =>
      `${size} at most are rejected in one operation: these are ${count}, one after the other.`,
    'zh-Hant': (size: number, count: number) => `每次最多拒絕 ${size} 份，將分 ${count} 次依次辦理。`,
  },
  closingStops: {
    en: 'Closing this stops before the next: what waits stays as it is.',
    'zh-Hant': '關閉後不會處理餘下申請，等候中的申請維持不變。',
  },
  codes: { en: 'Code', 'zh-Hant': '編碼' },
  sendAgain: { en: 'Send again what had no answer', 'zh-Hant': '再傳送沒有回應的申請' },
  close: { en: 'Close', 'zh-Hant': '關閉' },
});

/** The texts of one application and of its decision. */
export const applicationTexts = createTexts({
  title: { en: (id: string) => `Application ${id}`, 'zh-Hant': (id: string) => `申請 ${id}` },
  // The application doesn't exist, or this account may not see it. The graph doesn't tell which (R27).
  notFound: {
    en: 'There is no such application, or your account may not see it.',
    'zh-Hant': '找不到這份申請，或你的帳戶無權查閱。',
  },
  back: { en: 'All applications', 'zh-Hant': '所有申請' },
  state: { en: 'Status', 'zh-Hant': '狀態' },
  wants: { en: 'Applies for', 'zh-Hant': '申請證件' },
  channel: { en: 'Received', 'zh-Hant': '途徑' },
  submitted: { en: 'Received on', 'zh-Hant': '收件時間' },
  decided: { en: 'Decided', 'zh-Hant': '審批時間' },
  decidedBy: { en: 'Decided by', 'zh-Hant': '審批人' },
  reasonGiven: { en: 'Reason', 'zh-Hant': '原因' },
  patron: { en: 'Registered patron', 'zh-Hant': '已登記讀者' },
  notRegistered: { en: 'Not registered yet', 'zh-Hant': '尚未登記' },
  applicant: { en: 'Applicant', 'zh-Hant': '申請人' },
  name: { en: 'Name', 'zh-Hant': '姓名' },
  identityNumber: { en: 'Identity card', 'zh-Hant': '身份證' },
  birthCertificate: { en: 'Birth certificate', 'zh-Hant': '出生證明書' },
  dateOfBirth: { en: 'Date of birth', 'zh-Hant': '出生日期' },
  dateOfIssue: { en: 'Card issued on', 'zh-Hant': '身份證簽發日期' },
  address: { en: 'Address', 'zh-Hant': '地址' },
  addressProof: { en: 'Proof of address', 'zh-Hant': '住址證明' },
  shown: { en: 'Shown', 'zh-Hant': '已出示' },
  notShown: { en: 'Not shown', 'zh-Hant': '未出示' },
  telephone: { en: 'Telephone', 'zh-Hant': '電話' },
  email: { en: 'Email', 'zh-Hant': '電郵' },
  guarantor: { en: 'Parent or guarantor', 'zh-Hant': '家長或擔保人' },
  signedOn: { en: 'Signed on', 'zh-Hant': '簽署日期' },
  allowsSmartId: { en: 'Allows the smart identity card', 'zh-Hant': '同意使用智能身份證' },
  yes: { en: 'Yes', 'zh-Hant': '是' },
  no: { en: 'No', 'zh-Hant': '否' },
  inTheWay: { en: 'Problems', 'zh-Hant': '未符合條件' },
  nothingInTheWay: { en: 'No problem was found.', 'zh-Hant': '沒有不符合的地方。' },
  sameDocument: { en: 'Others with the same document', 'zh-Hant': '同一文件的其他申請' },
  sameDocumentHint: {
    en: 'Anybody can apply under any name. Decide these together.',
    'zh-Hant': '任何人都可以任何姓名申請，請一併審批。',
  },
  keptBack: {
    en: (count: number) =>
      `${count} more ${count === 1 ? 'is' : 'are'} kept back until one of these is decided`,
    'zh-Hant': (count: number) => `另有 ${count} 份待其中一份審批後處理`,
  },
  numbers: { en: 'Whole numbers', 'zh-Hant': '完整號碼' },
  numbersHint: {
    en: 'To compare the document with the application and the record. Each look is recorded.',
    'zh-Hant': '用以核對文件、申請及讀者紀錄。每次查閱都會記錄。',
  },
  showNumbers: { en: 'Show the whole numbers', 'zh-Hant': '顯示完整號碼' },
  inApplication: { en: 'In the application', 'zh-Hant': '申請' },
  inRecord: { en: 'In the record', 'zh-Hant': '讀者紀錄' },
  decide: { en: 'Decide', 'zh-Hant': '審批' },
  addressProofShown: { en: 'I have seen proof of address', 'zh-Hant': '已核對住址證明' },
  identityDocumentSeen: {
    en: 'I have seen the identity card, and compared its number with the application',
    'zh-Hant': '已核對身份證號碼與申請相符',
  },
  othersSeen: {
    en: 'I have looked for other applications with this document, and at those listed here',
    'zh-Hant': '已查找並查閱以同一證件提出的其他申請',
  },
  numbersFirst: { en: 'Show the whole numbers first.', 'zh-Hant': '請先顯示完整號碼。' },
  approve: { en: 'Approve', 'zh-Hant': '批准' },
  approveAsk: { en: 'Approve this application?', 'zh-Hant': '批准此申請？' },
  approveText: {
    en: 'The record is made or amended, and the cards are issued. This can’t be undone.',
    'zh-Hant': '會即時建立或更新讀者紀錄並發出證件，不能還原。',
  },
  notYet: { en: 'Not yet', 'zh-Hant': '暫不批准' },
  reject: { en: 'Reject', 'zh-Hant': '拒絕' },
  reason: { en: 'Reason for rejecting', 'zh-Hant': '拒絕原因' },
  reasonHint: { en: 'The applicant can read it.', 'zh-Hant': '申請人可以看到。' },
  reasonMissing: { en: 'Say why it is rejected.', 'zh-Hant': '請填寫原因。' },
  approved: { en: 'Approved. The cards are issued.', 'zh-Hant': '已批准，證件已發出。' },
  openPatron: { en: 'Open the patron', 'zh-Hant': '開啟讀者紀錄' },
  rejected: { en: 'Rejected.', 'zh-Hant': '已拒絕。' },
});
